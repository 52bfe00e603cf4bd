package org.normscope.format.pickle;

import org.normscope.tensor.BadCheckpointException;

/** What is left of the limits on work and on strings. */
final class Allowance {
    private final PickleLimits limits;
    private final Spot spot;
    private long steps;
    private long stringBytes;

    Allowance(PickleLimits limits, Spot spot) {
        this.limits = limits;
        this.spot = spot;
    }

    PickleLimits limits() {
        return limits;
    }

    /** Spends one opcode, or so many copied items. */
    void steps(long count) throws BadCheckpointException {
        steps += count;
        if (steps > limits.steps()) {
            throw spot.because("more than %d steps, %s", limits.steps(), PickleLimits.CURE);
        }
    }

    /** Spends bytes of strings, before memory is asked for. */
    void strings(long bytes) throws BadCheckpointException {
        stringBytes += bytes;
        if (stringBytes > limits.stringBytes()) {
            throw spot.because("strings of more than %d bytes together, %s", limits.stringBytes(), PickleLimits.CURE);
        }
    }
}
