/** What an audit found: outcomes, rows of the ledger, the report as a value. */
@NullMarked
package org.normscope.audit.result;

import org.jspecify.annotations.NullMarked;
