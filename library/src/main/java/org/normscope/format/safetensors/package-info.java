/** One safetensors file: header length, JSON header, data without gaps. */
@NullMarked
package org.normscope.format.safetensors;

import org.jspecify.annotations.NullMarked;
