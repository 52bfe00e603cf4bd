/** PyTorch's spectral norm and weight norm of single tensors in memory, with the numbers that torch gives, sensible or not. */
@NullMarked
package org.normscope.parity;

import org.jspecify.annotations.NullMarked;
