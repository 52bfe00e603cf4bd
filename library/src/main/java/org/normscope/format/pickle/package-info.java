/** The machine that reads pickles of protocols 0 to 5 as data. */
@NullMarked
package org.normscope.format.pickle;

import org.jspecify.annotations.NullMarked;
