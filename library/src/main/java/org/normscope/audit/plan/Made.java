package org.normscope.audit.plan;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.kernel.Scaling;

/**
 * What makes a weight of the elements that are read.
 *
 * @param scaling factors on the entries
 * @param sigmaUsed for spectral norm, what torch divides by; else null
 */
public record Made(Scaling scaling, @Nullable SigmaUsed sigmaUsed) implements Serializable {}
