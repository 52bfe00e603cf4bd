/** Who computes, and where checkpoints are read from; loads no Spark class. */
@NullMarked
package org.normscope.job.engine;

import org.jspecify.annotations.NullMarked;
