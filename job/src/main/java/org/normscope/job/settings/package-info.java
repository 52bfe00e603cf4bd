/** Every setting, its sentence, its default, and the order in which sources overrule each other. */
@NullMarked
package org.normscope.job.settings;

import org.jspecify.annotations.NullMarked;
