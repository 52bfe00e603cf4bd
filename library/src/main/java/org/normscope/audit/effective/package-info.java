/** What a layer applies, made of what is stored: factors that are found before the passes, and entries with the factors on them. */
@NullMarked
package org.normscope.audit.effective;

import org.jspecify.annotations.NullMarked;
