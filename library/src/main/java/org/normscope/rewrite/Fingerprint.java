package org.normscope.rewrite;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import org.normscope.tensor.Sha256;

/** Length, SHA-256 and CRC-32C of what passes. */
final class Fingerprint {
    private static final int BUFFER = 1 << 20;

    private final Sha256 sha256 = new Sha256();
    private final CRC32C crc = new CRC32C();
    private long bytes;

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
                sha256.add(source, offset, count);
                crc.update(source, offset, count);
                bytes += count;
            }
        };
    }

    /** Whether all that is left of a stream has the length and the CRC-32C of what passed, which finds whatever a disk does to a file. */
    boolean isOf(InputStream in) throws IOException {
        CRC32C found = new CRC32C();
        long length = 0;
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            found.update(buffer, 0, count);
            length += count;
        }
        return length == bytes && found.getValue() == crc.getValue();
    }

    /** The file of all that passed; ends the digest. */
    WrittenFile file(String name) {
        return new WrittenFile(name, bytes, sha256.hex());
    }
}
