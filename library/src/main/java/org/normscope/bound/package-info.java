/** Lower and upper bounds on spectral norms: different types, so that they never mix. */
@NullMarked
package org.normscope.bound;

import org.jspecify.annotations.NullMarked;
