/** The plan, the ledger and the use case, with the local engine; other engines compute {@code SlabWork} wherever the slabs lie. */
@NullMarked
package org.normscope.audit;

import org.jspecify.annotations.NullMarked;
