package org.normscope.report;

import org.normscope.tensor.Printable;

/** Names for people: invisible characters escaped, and too long ones cut in the middle, where model names differ least. */
public final class Shortened {
    /** The width of names where a line of a table ends with them. */
    static final int IN_TABLE = 60;

    private static final String GAP = "...";

    private Shortened() {}

    /** The name, or its beginning and end, in at most {@code width} characters. */
    public static String name(String name, int width) {
        String visible = Printable.whole(
                name.length() > 4 * width
                        ? name.substring(0, 2 * width) + name.substring(name.length() - 2 * width)
                        : name);
        if (visible.isEmpty()) {
            return "''";
        }
        int length = visible.codePointCount(0, visible.length());
        if (length <= width) {
            return visible;
        }
        int tail = (width - GAP.length()) / 2;
        int head = width - GAP.length() - tail;
        return visible.substring(0, visible.offsetByCodePoints(0, head))
                + GAP
                + visible.substring(visible.offsetByCodePoints(visible.length(), -tail));
    }
}
