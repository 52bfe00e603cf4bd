/** Reading files by byte range, on any file system; no knowledge of tensors. */
@NullMarked
package org.normscope.storage;

import org.jspecify.annotations.NullMarked;
