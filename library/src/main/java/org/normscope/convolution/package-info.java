/** Operator norms of convolutions: the polyphase symbol, and a certified search over its frequencies. */
@NullMarked
package org.normscope.convolution;

import org.jspecify.annotations.NullMarked;
