/** One GGUF file: metadata, tensor infos, aligned data. */
@NullMarked
package org.normscope.format.gguf;

import org.jspecify.annotations.NullMarked;
