/** Small files of all formats, written byte by byte, and what reads them whole. */
@NullMarked
package org.normscope.testing.files;

import org.jspecify.annotations.NullMarked;
