/** A small checkpoint whose norms are known without computing them. */
@NullMarked
package org.normscope.job.demo;

import org.jspecify.annotations.NullMarked;
