/** Two-dimensional views of tensors and how they are cut: arithmetic without data. */
@NullMarked
package org.normscope.matrix;

import org.jspecify.annotations.NullMarked;
