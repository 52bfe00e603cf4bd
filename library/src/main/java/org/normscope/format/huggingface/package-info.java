/** A directory as Hugging Face writes it: an index, its shards, a configuration. */
@NullMarked
package org.normscope.format.huggingface;

import org.jspecify.annotations.NullMarked;
