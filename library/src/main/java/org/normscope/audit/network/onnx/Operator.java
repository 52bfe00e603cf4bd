package org.normscope.audit.network.onnx;

import java.util.List;

/** What an ONNX operator makes of values of which at least one depends on the network's input. */
@FunctionalInterface
interface Operator {
    /**
     * Its results, in order; those that are missing at the end have no rule.
     *
     * @throws NoRuleException if nothing is known of this use of it
     */
    List<Value> apply(Call call) throws NoRuleException;

    /** An operator of one result. */
    @FunctionalInterface
    interface Single {
        /** The result. */
        Value apply(Call call) throws NoRuleException;
    }

    /** An operator of which only the first result has a rule. */
    static Operator of(Single single) {
        return call -> List.of(single.apply(call));
    }
}
