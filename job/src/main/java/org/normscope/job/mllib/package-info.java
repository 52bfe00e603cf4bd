/** Norms of matrices that a program holds in MLlib's types, and tensors of checkpoints in those types. */
@NullMarked
package org.normscope.job.mllib;

import org.jspecify.annotations.NullMarked;
