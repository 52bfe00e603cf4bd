/** What a checkpoint format must do; each format has a package of its own below. */
@NullMarked
package org.normscope.format;

import org.jspecify.annotations.NullMarked;
