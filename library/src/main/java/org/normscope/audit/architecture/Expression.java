package org.normscope.audit.architecture;

import java.util.Locale;
import java.util.function.BinaryOperator;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * An expression of a template: numbers, strings in single quotes, names of values, {@code + - * /}, comparisons, {@code and}, {@code or}, {@code not},
 * parentheses and functions. {@code +} puts strings together.
 */
final class Expression {
    private static final int DEEPEST = 50;
    private static final int LONGEST = 1000;

    private final Scope scope;
    private final String text;
    private int at;
    private int depth;

    private Expression(Scope scope, String text) {
        this.scope = scope;
        this.text = text;
    }

    /**
     * Its value: a double, a string or a boolean.
     *
     * @throws BadCheckpointException if it is wrong, or a name has no value
     */
    static Object value(Scope scope, String text) throws BadCheckpointException {
        Expression expression = new Expression(scope, text);
        if (text.length() > LONGEST) {
            throw scope.because("an expression of more than " + LONGEST + " characters");
        }
        Object value = expression.either();
        if (!expression.take("")) {
            throw expression.wrong("ends before its end");
        }
        return value;
    }

    /** A value as a part of a string: whole numbers without a point. */
    static String shown(Object value) {
        boolean whole = value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15;
        return whole ? String.format(Locale.ROOT, "%.0f", (Double) value) : String.valueOf(value);
    }

    private Object either() throws BadCheckpointException {
        Object value = both();
        while (take("or")) {
            Object other = both();
            value = truth(value) | truth(other);
        }
        return value;
    }

    private Object both() throws BadCheckpointException {
        Object value = negation();
        while (take("and")) {
            Object other = negation();
            value = truth(value) & truth(other);
        }
        return value;
    }

    private Object negation() throws BadCheckpointException {
        return take("not") ? Boolean.valueOf(!truth(negation())) : comparison();
    }

    private Object comparison() throws BadCheckpointException {
        Object left = sum();
        if (take("==")) {
            return left.equals(sum());
        }
        if (take("!=")) {
            return !left.equals(sum());
        }
        if (take("<")) {
            return number(left) < number(sum());
        }
        return take(">") ? number(left) > number(sum()) : left;
    }

    private Object sum() throws BadCheckpointException {
        Object value = product();
        while (true) {
            if (take("+")) {
                Object more = product();
                boolean text = value instanceof String || more instanceof String;
                value = text ? shown(value) + shown(more) : calculated(value, more, Double::sum);
            } else if (take("-")) {
                value = calculated(value, product(), (a, b) -> a - b);
            } else {
                return value;
            }
        }
    }

    private Object product() throws BadCheckpointException {
        Object value = primary();
        while (true) {
            if (take("*")) {
                value = calculated(value, primary(), (a, b) -> a * b);
            } else if (take("/")) {
                value = calculated(value, primary(), (a, b) -> a / b);
            } else {
                return value;
            }
        }
    }

    private Double calculated(Object a, Object b, BinaryOperator<Double> operation) throws BadCheckpointException {
        double value = operation.apply(number(a), number(b));
        if (!Double.isFinite(value)) {
            throw wrong("is " + value);
        }
        return value;
    }

    private Object primary() throws BadCheckpointException {
        if (++depth > DEEPEST) {
            throw wrong("is too deep");
        }
        Object value;
        if (take("(")) {
            value = either();
            require(")");
        } else if (take("-")) {
            value = -number(primary());
        } else if (take("'")) {
            value = quoted();
        } else {
            value = word();
        }
        depth--;
        return value;
    }

    private String quoted() throws BadCheckpointException {
        int end = text.indexOf('\'', at);
        if (end < 0) {
            throw wrong("has a string without an end");
        }
        String found = text.substring(at, end);
        at = end + 1;
        return found;
    }

    private Object word() throws BadCheckpointException {
        int start = at;
        while (at < text.length() && (isWordCharacter(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.isEmpty()) {
            throw wrong("is no expression");
        }
        if (Character.isDigit(word.charAt(0)) || word.charAt(0) == '.') {
            return literal(word);
        }
        if (take("(")) {
            Object argument = either();
            require(")");
            return scope.applied(word, argument);
        }
        return word.equals("true") || word.equals("false") ? Boolean.valueOf(word) : scope.value(word);
    }

    private Double literal(String word) throws BadCheckpointException {
        try {
            return Double.valueOf(word);
        } catch (NumberFormatException e) {
            throw wrong("has " + Printable.quoted(word) + ", which is no number");
        }
    }

    private static boolean isWordCharacter(char c) {
        return c == '_' || c < 128 && Character.isLetterOrDigit(c);
    }

    /** Goes over a sign or a whole word, if it comes next; the empty one is the end. */
    private boolean take(String sign) {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        int end = at + sign.length();
        boolean word = !sign.isEmpty() && isWordCharacter(sign.charAt(0));
        boolean found = sign.isEmpty()
                ? at == text.length()
                : text.startsWith(sign, at) && !(word && end < text.length() && isWordCharacter(text.charAt(end)));
        at = found ? end : at;
        return found;
    }

    private void require(String sign) throws BadCheckpointException {
        if (!take(sign)) {
            throw wrong("misses " + sign);
        }
    }

    private boolean truth(Object value) throws BadCheckpointException {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw wrong("needs true or false, not " + Printable.quoted(shown(value)));
    }

    private double number(Object value) throws BadCheckpointException {
        if (value instanceof Double number) {
            return number;
        }
        throw wrong("needs a number, not " + Printable.quoted(shown(value)));
    }

    private BadCheckpointException wrong(String what) {
        return scope.because("the expression " + Printable.quoted(text) + " " + what);
    }
}
