package org.normscope.format.onnx;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.normscope.storage.RangeReader;

/** The bytes of a model's file that describe it: all that aren't elements. */
final class Described {
    private static final int CHUNK = 1 << 16;

    private Described() {}

    /**
     * SHA-256 of the bytes outside of the payloads, as hexadecimal digits.
     *
     * @param payloads ranges that don't overlap
     */
    static String sha256(RangeReader in, List<Message> payloads) throws IOException {
        MessageDigest sha256 = newSha256();
        long position = 0;
        for (Message payload : payloads.stream()
                .sorted(Comparator.comparingLong(Message::start))
                .toList()) {
            update(sha256, in, position, payload.start());
            position = payload.end();
        }
        update(sha256, in, position, in.length());
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static void update(MessageDigest sha256, RangeReader in, long start, long end) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, end - start)];
        for (long position = start; position < end; position += chunk.length) {
            int count = (int) Math.min(chunk.length, end - position);
            in.readFully(position, chunk, 0, count);
            sha256.update(chunk, 0, count);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
