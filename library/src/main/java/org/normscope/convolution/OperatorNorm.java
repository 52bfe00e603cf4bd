package org.normscope.convolution;

import org.normscope.bound.Interval;

/**
 * The norm of a convolution as an operator on signals of any size, and what it took.
 *
 * @param interval contains the supremum of the symbol's norm; its upper end bounds the operator for every size of input with zero, circular or no padding
 * @param evaluations frequencies at which the symbol's norm was asked for
 */
public record OperatorNorm(Interval interval, long evaluations) {}
