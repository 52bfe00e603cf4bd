package org.normscope.report;

import java.nio.charset.StandardCharsets;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Sha256;

/**
 * What identifies a checkpoint without reading its numbers: SHA-256 over {@code name NUL bytes NUL header NEWLINE} of each file in
 * order, in UTF-8, with the length in decimal and the SHA-256 of the header bytes in hexadecimal digits.
 */
final class Fingerprint {
    private Fingerprint() {}

    /** 64 hexadecimal digits. */
    static String of(Checkpoint checkpoint) {
        Sha256 digest = new Sha256();
        for (CheckpointFile file : checkpoint.files()) {
            String line = file.name() + '\0' + file.bytes() + '\0' + file.headerSha256() + '\n';
            digest.add(line.getBytes(StandardCharsets.UTF_8));
        }
        return digest.hex();
    }
}
