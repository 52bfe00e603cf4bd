/** The command line. */
@NullMarked
package org.normscope.job.cli;

import org.jspecify.annotations.NullMarked;
