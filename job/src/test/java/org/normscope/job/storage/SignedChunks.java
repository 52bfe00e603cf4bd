package org.normscope.job.storage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A body in aws-chunked encoding: chunks of {@code hexadecimal length[;signature] CRLF bytes CRLF}, then trailers. */
final class SignedChunks {
    private SignedChunks() {}

    /** The bytes of all chunks. */
    static byte[] joined(byte[] body) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        int position = 0;
        while (true) {
            int end = position;
            while (body[end] != '\r') {
                end++;
            }
            String head = new String(body, position, end - position, StandardCharsets.US_ASCII);
            int length = Integer.parseInt(head.split(";", 2)[0], 16);
            if (length == 0) {
                return joined.toByteArray();
            }
            joined.write(body, end + 2, length);
            position = end + 2 + length + 2;
        }
    }
}
