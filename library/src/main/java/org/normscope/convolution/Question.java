package org.normscope.convolution;

import java.io.Serializable;

/**
 * What a search asks about one frequency: is the symbol's norm there at most {@code enough}, and if that can't be proved, how large is
 * it at least?
 *
 * @param frequency where
 * @param enough a threshold, at least 0
 */
public record Question(Frequency frequency, double enough) implements Serializable {}
