package org.normscope.format.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;

/** Makes attributes of {@code AttributeProto}s: of those with a type by their type, of older ones by the field that is there. */
final class AttributeReader {
    private static final int LONGEST_TEXT = 4096;
    private static final int LONGEST_NAME = 65_535;
    private static final int TYPE = 20;
    private static final int REFERENCE = 21;

    private final GraphBudget budget;

    AttributeReader(GraphBudget budget) {
        this.budget = budget;
    }

    /** Reads an attribute into a map by name. */
    void read(Message message, Map<String, Attribute> found) throws BadCheckpointException, IOException {
        Parts parts = new Parts();
        message.each(field -> take(field, parts));
        found.put(parts.name, parts.isReference ? new Attribute.Other("a reference") : attribute(parts));
    }

    /** What an attribute's fields say; the last one of a kind counts. */
    private static final class Parts {
        private String name = "";
        private long type;
        private boolean isReference;
        private boolean isLarge;
        private double real;
        private long whole;
        private String text = "";
        private @Nullable Constant tensor;
        private final List<Double> reals = new ArrayList<>();
        private final List<Long> wholes = new ArrayList<>();
        /** Numbers of the types whose fields are there. */
        private final List<Integer> present = new ArrayList<>();
    }

    private void take(Message.Field field, Parts parts) throws BadCheckpointException, IOException {
        switch (field.number()) {
            case 1 -> parts.name = budget.text(field.content(), LONGEST_NAME);
            case 2 -> parts.real = Float.intBitsToFloat((int) field.value());
            case 3 -> parts.whole = field.value();
            case 4 -> text(field.content(), parts);
            case 5 -> parts.tensor = SmallValues.constant(TensorProto.read(field.content()), budget);
            case 7 -> reals(field, parts);
            case 8 -> wholes(field, parts);
            case TYPE -> parts.type = field.value();
            case REFERENCE -> parts.isReference = true;
            default -> {}
        }
        int type = typeOf(field.number());
        if (type != 0 && !parts.present.contains(type)) {
            parts.present.add(type);
        }
    }

    /** The attribute type whose values a field has; 0 for fields that have none. */
    private static int typeOf(int field) {
        return switch (field) {
            case 2, 3, 4, 5 -> field - 1;
            case 6, 11 -> 5;
            case 7, 8 -> field - 1;
            case 9, 10, 14, 15, 22, 23 -> field;
            default -> 0;
        };
    }

    private void text(Message content, Parts parts) throws BadCheckpointException, IOException {
        parts.isLarge |= content.bytes() > LONGEST_TEXT;
        parts.text = parts.isLarge ? "" : budget.text(content, LONGEST_TEXT);
    }

    private void reals(Message.Field field, Parts parts) throws BadCheckpointException, IOException {
        long count = field.isDelimited() ? field.content().bytes() / Float.BYTES : 1;
        parts.isLarge |= !budget.spendValues(count);
        if (!parts.isLarge && field.isDelimited()) {
            parts.reals.addAll(SmallValues.floats(field.content()));
        } else if (!parts.isLarge) {
            parts.reals.add((double) Float.intBitsToFloat((int) field.value()));
        }
    }

    private void wholes(Message.Field field, Parts parts) throws BadCheckpointException, IOException {
        parts.isLarge |=
                !budget.spendValues(field.isDelimited() ? field.content().bytes() : 1);
        if (!parts.isLarge && field.isDelimited()) {
            parts.wholes.addAll(SmallValues.varints(field.content()));
        } else if (!parts.isLarge) {
            parts.wholes.add(field.value());
        }
    }

    /** A subgraph is one whatever else there is: nothing is known of a node that has one. */
    private static Attribute attribute(Parts parts) {
        if (parts.present.contains(5)) {
            return new Attribute.Subgraph();
        }
        boolean isOne = parts.present.size() == 1;
        long type = parts.type == 0 && isOne ? parts.present.get(0) : parts.type;
        if (parts.isLarge || parts.present.size() > 1) {
            return new Attribute.Other(parts.isLarge ? "too large" : "several values");
        }
        return switch ((int) Math.min(type, TYPE)) {
            case 1 -> new Attribute.Real(parts.real);
            case 2 -> new Attribute.Whole(parts.whole);
            case 3 -> new Attribute.Text(parts.text);
            case 4 -> parts.tensor == null ? new Attribute.Other("no tensor") : new Attribute.Tensor(parts.tensor);
            case 6 -> new Attribute.Reals(parts.reals);
            case 7 -> new Attribute.Wholes(parts.wholes);
            default -> new Attribute.Other("of a type that isn't read");
        };
    }
}
