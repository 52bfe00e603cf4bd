package org.normscope.audit.pass;

import org.normscope.kernel.Kernels;

/**
 * What is computed, and by which loops.
 *
 * @param work wanted of every block
 * @param kernels the same on every machine of an audit
 */
public record BlockPass(SlabWork work, Kernels kernels) {}
