/** Low-rank adapters merged into the weights of a base model, without writing them. */
@NullMarked
package org.normscope.audit.adapter;

import org.jspecify.annotations.NullMarked;
