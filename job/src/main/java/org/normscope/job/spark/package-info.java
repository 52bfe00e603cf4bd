/** The Spark engine: matrices of one slab, audited whole inside tasks, and striped ones in lockstep; all mathematics is the library's. */
@NullMarked
package org.normscope.job.spark;

import org.jspecify.annotations.NullMarked;
