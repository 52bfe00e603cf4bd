package org.normscope.format.onnx;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.Sha256;

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
        Sha256 sha256 = new Sha256();
        long position = 0;
        for (Message payload : payloads.stream()
                .sorted(Comparator.comparingLong(Message::start))
                .toList()) {
            update(sha256, in, position, payload.start());
            position = payload.end();
        }
        update(sha256, in, position, in.length());
        return sha256.hex();
    }

    private static void update(Sha256 sha256, RangeReader in, long start, long end) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, end - start)];
        for (long position = start; position < end; position += chunk.length) {
            int count = (int) Math.min(chunk.length, end - position);
            in.readFully(position, chunk, 0, count);
            sha256.add(chunk, 0, count);
        }
    }
}
