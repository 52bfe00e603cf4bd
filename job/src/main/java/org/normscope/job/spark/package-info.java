/** The Spark engine: matrices that fit a task, audited whole inside one; thin, all mathematics is the library's. */
@NullMarked
package org.normscope.job.spark;

import org.jspecify.annotations.NullMarked;
