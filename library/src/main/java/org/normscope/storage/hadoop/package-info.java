/** Checkpoints on any Hadoop file system; the only package that sees Hadoop. */
@NullMarked
package org.normscope.storage.hadoop;

import org.jspecify.annotations.NullMarked;
