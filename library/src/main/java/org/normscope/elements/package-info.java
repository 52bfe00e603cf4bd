/** The elements of stored tensors, read by range however their files lay them out. */
@NullMarked
package org.normscope.elements;

import org.jspecify.annotations.NullMarked;
