/** What an audit will do, fixed before anything is computed: settings, tasks, cuts, and what they cost. */
@NullMarked
package org.normscope.audit.plan;

import org.jspecify.annotations.NullMarked;
