package org.normscope.rewrite;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Length and SHA-256 of what passes. */
final class Fingerprint {
    private final MessageDigest sha256 = newSha256();
    private long bytes;

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A stream to another one, whose bytes count. */
    OutputStream of(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] source, int offset, int count) throws IOException {
                out.write(source, offset, count);
                sha256.update(source, offset, count);
                bytes += count;
            }
        };
    }

    /** The file of all that passed; ends the digest. */
    WrittenFile file(String name) {
        return new WrittenFile(name, bytes, HexFormat.of().formatHex(sha256.digest()));
    }
}
