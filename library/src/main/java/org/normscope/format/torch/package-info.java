/** Files that PyTorch writes: zip archives, and the streams of versions before 1.6. Nothing of them is executed. */
@NullMarked
package org.normscope.format.torch;

import org.jspecify.annotations.NullMarked;
