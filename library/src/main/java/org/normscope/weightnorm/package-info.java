/** Norms of slices, per block, as partial sums that merge without overflow. */
@NullMarked
package org.normscope.weightnorm;

import org.jspecify.annotations.NullMarked;
