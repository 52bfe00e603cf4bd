/** Passes over slabs: what is computed of each, in which order shares are put together, and the dialogue with the algorithm. */
@NullMarked
package org.normscope.audit.pass;

import org.jspecify.annotations.NullMarked;
