package org.normscope.rewrite;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.normscope.tensor.Sha256;

/** Length and SHA-256 of what passes. */
final class Fingerprint {
    private final Sha256 sha256 = new Sha256();
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
                bytes += count;
            }
        };
    }

    /** The file of all that passed; ends the digest. */
    WrittenFile file(String name) {
        return new WrittenFile(name, bytes, sha256.hex());
    }
}
