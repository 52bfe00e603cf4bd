package org.normscope.audit.network.onnx;

/** A node without a rule. Its message follows the name of the operator: {@code of two values that depend on the input}. */
final class NoRuleException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean isOfShape;

    NoRuleException(String why) {
        this(why, false);
    }

    private NoRuleException(String why, boolean isOfShape) {
        super(why);
        this.isOfShape = isOfShape;
    }

    /** A node that has a rule where shapes are known. */
    static NoRuleException ofShape(String why) {
        return new NoRuleException(why, true);
    }

    /** Whether only a shape is missing. */
    boolean isOfShape() {
        return isOfShape;
    }

    /** Why, in words that follow the operator's name. */
    String why() {
        return String.valueOf(getMessage());
    }
}
