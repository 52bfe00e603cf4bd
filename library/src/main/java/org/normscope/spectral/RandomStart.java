package org.normscope.spectral;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.commons.math3.random.Well19937c;
import org.normscope.linalg.Matrix;

/**
 * A weight's own stream of normal numbers: the same on every machine and JDK, and independent of all other weights'.
 *
 * @param seed the audit's seed
 * @param name the weight's name
 * @param batchIndex the weight's index in a stack, 0 without one
 */
public record RandomStart(long seed, String name, long batchIndex) {
    /** A block of independent standard normal numbers, shape m x b. */
    public Matrix gaussian(int m, int b) {
        Well19937c random = new Well19937c(key());
        double[] values = new double[Math.multiplyExact(m, b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return new Matrix(m, b, values);
    }

    private int[] key() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(16 + text.length);
        message.putLong(seed).putLong(batchIndex).put(text);
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(message.array()));
        int[] key = new int[8];
        digest.asIntBuffer().get(key);
        return key;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
