package org.normscope.convolution;

import java.util.List;

/** What a search wants: it asks about frequencies, somebody else evaluates the symbol there ("reverse communication"). */
public sealed interface Ask {
    /**
     * Answers to all of these, in this order; each needs the symbol only, so they can be spread over tasks.
     *
     * @param questions at least one
     */
    record Evaluate(List<Question> questions) implements Ask {}

    /**
     * Nothing more.
     *
     * @param lower at most the supremum of the symbol's norm, unless it is below the floor that was given
     * @param upper at least the supremum
     * @param evaluations frequencies asked about
     */
    record Finished(double lower, double upper, long evaluations) implements Ask {}
}
