package org.normscope.audit.network.onnx;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.normscope.tensor.Printable;

/** Nodes that have no rule, all for the same reason. */
final class Complaint {
    private static final int SHOWN = 3;
    private static final int LONGEST = 200;

    private final String what;
    private final Set<String> nodes = new LinkedHashSet<>();

    /** @param what operator and reason: {@code LSTM}, {@code MatMul of two values that depend on the input} */
    Complaint(String what) {
        this.what = what;
    }

    void add(String node) {
        nodes.add(node);
    }

    /** No rule for it, at which nodes. */
    @Override
    public String toString() {
        List<String> shown = nodes.stream()
                .limit(SHOWN)
                .map(node -> Printable.quoted(node.length() > LONGEST ? node.substring(0, LONGEST) + "..." : node))
                .toList();
        String more = nodes.size() > SHOWN ? " and " + (nodes.size() - SHOWN) + " more" : "";
        return "no rule for " + Printable.oneLine(what) + " (" + shown.stream().collect(Collectors.joining(", ")) + more
                + ")";
    }
}
