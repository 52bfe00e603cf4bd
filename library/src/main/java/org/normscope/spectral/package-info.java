/** Spectral norms with certificates: algorithms that ask for products and never see a file. */
@NullMarked
package org.normscope.spectral;

import org.jspecify.annotations.NullMarked;
