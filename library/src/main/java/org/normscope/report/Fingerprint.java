package org.normscope.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;

/**
 * What identifies a checkpoint without reading its numbers: SHA-256 over {@code name NUL bytes NUL header NEWLINE} of each file in
 * order, in UTF-8, with the length in decimal and the SHA-256 of the header bytes in hexadecimal digits.
 */
final class Fingerprint {
    private Fingerprint() {}

    /** 64 hexadecimal digits. */
    static String of(Checkpoint checkpoint) {
        MessageDigest digest = sha256();
        for (CheckpointFile file : checkpoint.files()) {
            String line = file.name() + '\0' + file.bytes() + '\0' + file.headerSha256() + '\n';
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
