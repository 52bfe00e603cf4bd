package org.normscope.audit.plan;

import java.io.Serializable;

/**
 * What torch's spectral norm divides a weight by.
 *
 * @param value {@code u . M v} of the stored vectors
 * @param dim the dimension of the weight that is first in M: that of the larger value, where the lengths of u and v fit two
 */
public record SigmaUsed(double value, int dim) implements Serializable {}
