/** Network descriptions of the graphs inside ONNX models: each operator in the words of docs/network.md, or unknown and named. */
@NullMarked
package org.normscope.audit.network.onnx;

import org.jspecify.annotations.NullMarked;
