/** Where results go: files that appear complete or not at all. */
@NullMarked
package org.normscope.job.sink;

import org.jspecify.annotations.NullMarked;
