/** PyTorch's distributed checkpoints. */
@NullMarked
package org.normscope.format.dcp;

import org.jspecify.annotations.NullMarked;
