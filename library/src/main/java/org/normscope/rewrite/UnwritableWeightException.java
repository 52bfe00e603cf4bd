package org.normscope.rewrite;

import java.io.IOException;
import org.normscope.tensor.Printable;

/** A weight whose stored numbers don't allow what was asked for: bad input, found while writing. */
public final class UnwritableWeightException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param file that the weight lies in */
    UnwritableWeightException(String file, String weight, String reason) {
        super(Printable.oneLine(file + ": the weight " + Printable.quoted(weight) + " can't be written: " + reason
                + "; leave it out (--exclude)"));
    }
}
