/** What becomes of any bytes: fuzz targets of the format readers, and files damaged in every place. */
@NullMarked
package org.normscope.fuzz;

import org.jspecify.annotations.NullMarked;
