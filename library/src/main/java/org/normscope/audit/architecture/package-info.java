/** Where the description of a network comes from: a template for the model type that config.json names, or a user's file, expanded. */
@NullMarked
package org.normscope.audit.architecture;

import org.jspecify.annotations.NullMarked;
