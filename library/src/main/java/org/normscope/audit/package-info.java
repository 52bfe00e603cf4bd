/** The plan, the ledger and the use case, with the local engine; {@code Products} is the seam other engines implement. */
@NullMarked
package org.normscope.audit;

import org.jspecify.annotations.NullMarked;
