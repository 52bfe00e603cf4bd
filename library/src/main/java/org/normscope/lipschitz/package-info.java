/** Lipschitz bounds of networks: a closed language of layers, each with its rule, and how bounds compose along a graph. */
@NullMarked
package org.normscope.lipschitz;

import org.jspecify.annotations.NullMarked;
