/** NumPy's npy and npz files. */
@NullMarked
package org.normscope.format.numpy;

import org.jspecify.annotations.NullMarked;
