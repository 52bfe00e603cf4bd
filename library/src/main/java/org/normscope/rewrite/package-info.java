/** New checkpoints from old: which tensors they hold, how they are sharded, written and verified. */
@NullMarked
package org.normscope.rewrite;

import org.jspecify.annotations.NullMarked;
