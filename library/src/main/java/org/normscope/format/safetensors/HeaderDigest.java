package org.normscope.format.safetensors;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.normscope.storage.RangeReader;

/** A file whose bytes are hashed when they are first read, front to back, and once only. Not for several threads. */
final class HeaderDigest implements RangeReader {
    private final RangeReader in;
    private final MessageDigest sha256 = newSha256();
    private long hashed;

    HeaderDigest(RangeReader in) {
        this.in = in;
    }

    @Override
    public long length() {
        return in.length();
    }

    @Override
    public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
        in.readFully(position, destination, offset, count);
        if (position <= hashed && hashed < position + count) {
            int known = (int) (hashed - position);
            sha256.update(destination, offset + known, count - known);
            hashed = position + count;
        }
    }

    /**
     * SHA-256 of the first bytes of the file, as hexadecimal digits.
     *
     * @param bytes how many; exactly what was read
     */
    String ofFirst(long bytes) {
        if (hashed != bytes) {
            throw new IllegalStateException(hashed + " bytes were read, not " + bytes);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
