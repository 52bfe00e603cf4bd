/** The initializers of ONNX models, and the files they refer to. */
@NullMarked
package org.normscope.format.onnx;

import org.jspecify.annotations.NullMarked;
