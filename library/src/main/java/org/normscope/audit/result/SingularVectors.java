package org.normscope.audit.result;

import java.io.Serializable;

/**
 * Leading singular vectors of a matrix, vector after vector, unit length, in the order of its leading singular values.
 *
 * @param u left vectors, count x rows
 * @param v right vectors, count x cols
 */
public record SingularVectors(int count, double[] u, double[] v) implements Serializable {}
