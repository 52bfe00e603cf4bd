package org.normscope.audit.network.onnx;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Sums, means, extremes and norms over axes. */
final class Reductions {
    private Reductions() {}

    static void addTo(Map<String, Operator> all) {
        all.put("ReduceMean", Operator.of(Reductions::mean));
        all.put("ReduceSum", Operator.of(Reductions::sum));
        all.put("ReduceL1", Operator.of(Reductions::sum));
        all.put("ReduceMax", Operator.of(call -> single(call, Words.of("select"))));
        all.put("ReduceMin", Operator.of(call -> single(call, Words.of("select"))));
        all.put("ReduceL2", Operator.of(call -> single(call, Words.scale(1))));
        all.put("ReduceLogSumExp", Operator.of(call -> single(call, Words.slopes(0, 1))));
    }

    private static Computed mean(Call call) throws NoRuleException {
        Computed x = call.only();
        return isNothing(call) ? x : call.make(dims(call), x, x.largest(), Pooling.mean(reduced(call)));
    }

    /** The sum of n entries moves sqrt(n) times as far as they do. */
    private static Computed sum(Call call) throws NoRuleException {
        if (isNothing(call)) {
            if (call.node().operator().equals("ReduceSum")) {
                return call.only();
            }
            return call.make(call.only().dims(), call.only(), Words.of("abs"));
        }
        long entries = reduced(call).orElseThrow(() -> NoRuleException.ofShape("over an unknown number of entries"));
        if (entries > Integer.MAX_VALUE) {
            throw NoRuleException.ofShape("over an unknown number of entries");
        }
        Computed x = call.only();
        return call.make(
                dims(call), x, Math.nextUp(x.largest() * entries), Words.scale(Math.nextUp(Math.sqrt(entries))));
    }

    /** A function of the entries of each group with the constant 1: the largest, the Euclidean norm, log-sum-exp. */
    private static Computed single(Call call, Words words) throws NoRuleException {
        return call.make(dims(call), call.only(), words);
    }

    /** Whether there are no axes, and that means none instead of all. */
    private static boolean isNothing(Call call) throws NoRuleException {
        boolean isNamed = !call.wholes("axes", 1).orElse(List.of()).isEmpty();
        return !isNamed && call.whole("noop_with_empty_axes", 0) != 0;
    }

    /** Entries that become one. */
    private static OptionalLong reduced(Call call) throws NoRuleException {
        Dims dims = call.only().dims();
        List<Long> axes = call.axes(call.only());
        return dims.isKnown()
                ? Dims.product(axes.stream().distinct().map(dims::at).toList())
                : OptionalLong.empty();
    }

    private static Dims dims(Call call) throws NoRuleException {
        return isNothing(call) ? call.only().dims() : reducedDims(call);
    }

    private static Dims reducedDims(Call call) throws NoRuleException {
        return call.only().dims().reduced(call.axes(call.only()), call.whole("keepdims", 1) != 0);
    }
}
