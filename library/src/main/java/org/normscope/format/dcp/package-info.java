/** PyTorch's distributed checkpoints: a directory in which {@code .metadata} says where the chunks of every tensor lie. */
@NullMarked
package org.normscope.format.dcp;

import org.jspecify.annotations.NullMarked;
