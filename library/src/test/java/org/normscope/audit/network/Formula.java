package org.normscope.audit.network;

/** Evaluates what an explanation prints: numbers, {@code + · / ² sqrt min}, and powers of ten as {@code 10^x}. */
final class Formula {
    private final String text;
    private int at;

    private Formula(String text) {
        this.text = text.replace(" ", "");
    }

    static double value(String text) {
        Formula formula = new Formula(text);
        double value = formula.sum();
        if (formula.at < formula.text.length()) {
            throw new IllegalArgumentException(text + " ends early, at " + formula.text.substring(formula.at));
        }
        return value;
    }

    private double sum() {
        double sum = product();
        while (take("+")) {
            sum += product();
        }
        return sum;
    }

    private double product() {
        double product = power();
        while (true) {
            if (take("·")) {
                product *= power();
            } else if (take("/")) {
                product /= power();
            } else {
                return product;
            }
        }
    }

    private double power() {
        double value = atom();
        return take("²") ? value * value : value;
    }

    private double atom() {
        if (take("sqrt(")) {
            return Math.sqrt(closed(sum()));
        }
        if (take("min(")) {
            double first = sum();
            expect(",");
            return closed(Math.min(first, sum()));
        }
        if (take("(")) {
            return closed(sum());
        }
        if (take("10^")) {
            return Math.pow(10, number());
        }
        return number();
    }

    private double closed(double value) {
        expect(")");
        return value;
    }

    private double number() {
        int end = at;
        while (end < text.length() && isNumeric(end)) {
            end++;
        }
        double value = Double.parseDouble(text.substring(at, end));
        at = end;
        return value;
    }

    private boolean isNumeric(int i) {
        char c = text.charAt(i);
        boolean sign = c == '-' && i > 0 && text.charAt(i - 1) == 'e';
        return Character.isDigit(c) || c == '.' || sign || (c == 'e' && i > at);
    }

    private boolean take(String word) {
        boolean there = text.startsWith(word, at);
        at += there ? word.length() : 0;
        return there;
    }

    private void expect(String word) {
        if (!take(word)) {
            throw new IllegalArgumentException("no " + word + " at " + text.substring(at) + " of " + text);
        }
    }
}
