package org.normscope.tensor;

import java.util.Locale;

/** Makes names that come from a file safe to print: on a terminal, in a log, in one line. */
public final class Printable {
    private static final int LONGEST_LINE = 1000;
    private static final int LONGEST_NAME = 80;

    private Printable() {}

    /**
     * Returns the text with control, format and line-separator characters written as <code>\\u001b</code> and cut to
     * 1000 characters, so written, so that it can't move a cursor, colour a terminal or start a new line.
     */
    public static String oneLine(String text) {
        return cut(text, LONGEST_LINE);
    }

    /** Returns the text as {@link #oneLine} writes it, but never cut: for files in which a name is a key. */
    public static String whole(String text) {
        return cut(text, Integer.MAX_VALUE);
    }

    /**
     * Returns a name in single quotes, as {@link #oneLine} writes it and cut to 80 characters: a message that quotes it
     * still has room for what is wrong.
     */
    public static String quoted(String name) {
        return "'" + cut(name, LONGEST_NAME) + "'";
    }

    private static String cut(String text, int longest) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), longest) + 16);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int before = out.length();
            if (isInvisible(c)) {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
            if (out.length() > longest) {
                out.setLength(before);
                return out.append('…').toString();
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
