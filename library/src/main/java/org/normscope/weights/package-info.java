/** The weight that is really used: which tensors make a weight matrix, and what every tensor is for. */
@NullMarked
package org.normscope.weights;

import org.jspecify.annotations.NullMarked;
