/** Small dense linear algebra; the only package that sees Breeze and Scala. */
@NullMarked
package org.normscope.linalg;

import org.jspecify.annotations.NullMarked;
