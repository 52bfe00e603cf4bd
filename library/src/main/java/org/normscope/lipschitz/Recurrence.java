package org.normscope.lipschitz;

import org.normscope.bound.WideBound;

/**
 * An LSTM over T steps from a fixed state. One step moves h and c by at most {@code |dh|, |dc| <= |dc before| + V |dz|} in each neuron, z what goes into
 * its gates, {@code V = sqrt(1 + C² / 16)}, C a bound on the entries of c before the step, which grows by at most 1 a step (docs/math/lipschitz.md).
 * With w, r the norms of the two matrices, e = max(‖dh‖, ‖dc‖):
 *
 * <pre>e_t = (1 + V_t r) e_(t-1) + V_t w ‖dx_t‖</pre>
 *
 * A linear recursion; its matrix from all ‖dx_s‖ to e_t is bounded row by row.
 */
final class Recurrence {
    private final Layer.Lstm layer;
    /** Sum of squares of the last row. */
    private WideBound squares = WideBound.ZERO;
    /** Sum of the last row. */
    private WideBound sum = WideBound.ZERO;
    /** Sum of squares of all rows. */
    private WideBound all = WideBound.ZERO;

    private Recurrence(Layer.Lstm layer) {
        this.layer = layer;
        for (long step = 0; step < layer.run().steps(); step++) {
            advance(WideBound.of(layer.run().state()).plus(WideBound.of(step)));
        }
    }

    /** @param state bound on the entries of c before the step */
    private void advance(WideBound state) {
        WideBound slope = WideBound.ONE.hypot(state.times(0.25));
        WideBound kept = WideBound.ONE.plus(slope.times(layer.recurrent()));
        WideBound added = slope.times(layer.input());
        squares = squares.times(kept).times(kept).plus(added.times(added));
        sum = sum.times(kept).plus(added);
        all = all.plus(squares);
    }

    static Signal through(Signal in, Layer.Lstm layer, Metric metric) {
        Recurrence recurrence = new Recurrence(layer);
        boolean isLast = layer.run().outputs() == Layer.Lstm.Outputs.LAST;
        boolean isPerToken = metric == Metric.MAX_TOKEN_L2;
        WideBound gain = isPerToken ? recurrence.sum : (isLast ? recurrence.squares : recurrence.all).root();
        WideBound entries = WideBound.of(layer.width());
        WideBound radius =
                isPerToken || isLast ? entries : entries.times(layer.run().steps());
        return in.then(gain, radius.root());
    }
}
