/** A user's description of a network, its weights looked up in an audit's report: a bound for the whole model. */
@NullMarked
package org.normscope.audit.network;

import org.jspecify.annotations.NullMarked;
