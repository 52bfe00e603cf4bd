/** Names, element types, shapes and places of stored tensors; what exists here is valid. */
@NullMarked
package org.normscope.tensor;

import org.jspecify.annotations.NullMarked;
