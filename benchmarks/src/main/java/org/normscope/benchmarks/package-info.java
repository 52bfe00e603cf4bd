/** Times of the kernels and the algorithms; each checks its answer before it is timed. */
@NullMarked
package org.normscope.benchmarks;

import org.jspecify.annotations.NullMarked;
