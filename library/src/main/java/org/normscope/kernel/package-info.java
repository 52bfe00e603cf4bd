/** Inner loops on packed bytes: decoding, block products, Gram matrices. */
@NullMarked
package org.normscope.kernel;

import org.jspecify.annotations.NullMarked;
