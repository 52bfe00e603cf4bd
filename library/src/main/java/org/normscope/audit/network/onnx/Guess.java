package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.normscope.format.onnx.Dim;

/** Shapes of what nodes without a rule put out, so that nodes behind them aren't blamed. */
final class Guess {
    private static final Set<String> ENTRYWISE = Set.of(
            "Mul",
            "Div",
            "Pow",
            "Equal",
            "Greater",
            "Less",
            "GreaterOrEqual",
            "LessOrEqual",
            "And",
            "Or",
            "Xor",
            "Where",
            "Sqrt",
            "Log",
            "Exp",
            "Sign",
            "Floor",
            "Ceil",
            "Round",
            "Reciprocal",
            "Not",
            "Cast",
            "IsNaN",
            "Tan",
            "Sinh",
            "Cosh",
            "Hardmax",
            "ThresholdedRelu",
            "CumSum",
            "LpNormalization",
            "LRN",
            "Mod");

    private Guess() {}

    /** The shape of the first result. */
    static Dims of(Call call) {
        List<Value> values = call.values();
        String operator = call.node().operator();
        if (operator.equals("MatMul") && values.size() == 2) {
            return product(values.get(0).dims(), values.get(1).dims());
        }
        return !ENTRYWISE.contains(operator) || !call.node().domain().isEmpty()
                ? Dims.UNKNOWN
                : Broadcast.result(values.stream().map(Value::dims).toList());
    }

    private static Dims product(Dims a, Dims b) {
        int rankA = a.orNone().size();
        int rankB = b.orNone().size();
        if (rankA < 2 || rankB < 2) {
            return Dims.UNKNOWN;
        }
        Dims stacks = Broadcast.result(List.of(Dims.of(a.part(0, rankA - 2)), Dims.of(b.part(0, rankB - 2))));
        List<Dim> dims = new ArrayList<>(stacks.orNone());
        dims.add(a.at(-2));
        dims.add(b.at(-1));
        return stacks.isKnown() ? Dims.of(dims) : Dims.UNKNOWN;
    }
}
