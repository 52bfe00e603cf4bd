package org.normscope.audit.network.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value that depends on the network's input: layers, and what feeds the first of them. Compared by identity. */
final class Computed implements Value {
    private final int order;
    private final String name;
    private final Dims dims;
    private final Made made;
    private final Sense sense;
    private final boolean isLost;

    /** What a value means. */
    enum Sense {
        /** Numbers of which nothing is known. */
        NUMBERS,
        /** Tokens, each an index: one-hot vectors. */
        TOKENS
    }

    /**
     * How a value is made.
     *
     * @param layers one behind the other
     * @param from what feeds the first; none for an input of the network
     * @param call the node; null for inputs and for values within a node
     * @param largest no entry is larger in size
     */
    record Made(
            List<Words> layers,
            List<Computed> from,
            @Nullable Call call,
            double largest) {
        /** Copies the lists. */
        Made {
            layers = List.copyOf(layers);
            from = List.copyOf(from);
        }
    }

    /** @param order above that of all values that it is made of */
    Computed(int order, String name, Dims dims, Made made, Sense sense) {
        this.order = order;
        this.name = name;
        this.dims = dims;
        this.made = made;
        this.sense = sense;
        this.isLost = made.layers().stream().anyMatch(words -> words.value() instanceof Complaint)
                || made.from().stream().anyMatch(Computed::isLost);
    }

    @Override
    public Dims dims() {
        return dims;
    }

    int order() {
        return order;
    }

    /** Of the node or input. */
    String name() {
        return name;
    }

    Made made() {
        return made;
    }

    Sense sense() {
        return sense;
    }

    /** No entry is larger in size; infinite where nothing bounds them. */
    double largest() {
        return made.largest();
    }

    /** Whether it comes from a node without a rule; its shape may be unknown for no other reason. */
    boolean isLost() {
        return isLost;
    }

    /** Whether it is the result of such a node. */
    boolean isOf(String operator) {
        return made.call() != null && made.call().node().operator().equals(operator);
    }
}
