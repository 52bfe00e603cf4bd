package org.normscope.tensor;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes that come piece by piece. Not for several threads. */
public final class Sha256 {
    private final MessageDigest digest;

    /** Of no bytes yet. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes all of these bytes in. */
    public void add(byte[] bytes) {
        digest.update(bytes);
    }

    /**
     * Takes {@code count} bytes in, from {@code offset} on.
     *
     * @throws IllegalArgumentException if the array ends before that
     */
    public void add(byte[] bytes, int offset, int count) {
        digest.update(bytes, offset, count);
    }

    /** The digest as 64 hexadecimal digits, lower case; begins anew. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
