/** The report as JSON, CSV and text. */
@NullMarked
package org.normscope.report;

import org.jspecify.annotations.NullMarked;
