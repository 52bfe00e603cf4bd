/** Rewrites that are carried out and verified: what changes is audited before and after, and nothing is kept that doesn't hold. */
@NullMarked
package org.normscope.rewrite.verify;

import org.jspecify.annotations.NullMarked;
