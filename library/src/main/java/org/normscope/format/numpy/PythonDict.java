package org.normscope.format.numpy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/**
 * The text <code>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</code>: a dictionary of three keys in any order and nothing
 * else. A grammar of its own; nothing is evaluated.
 */
final class PythonDict {
    private static final int LONGEST_INTEGER = 19;
    private static final int MOST_DIMS = 100;

    private final String text;
    private final Position start;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean isFortran;
    private @Nullable List<Long> shape;

    /** @param start of the text in its file; a character is taken for a byte */
    PythonDict(String text, Position start) {
        this.text = text;
        this.start = start;
    }

    /** What the dictionary says. */
    record Entries(String descr, boolean isFortran, List<Long> shape) {}

    /** Reads the whole text, to be called once. */
    Entries read() throws BadCheckpointException {
        expect('{');
        while (!accept('}')) {
            String key = string();
            expect(':');
            value(key);
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        space();
        require(at == text.length(), "text behind the dictionary");
        if (descr == null || isFortran == null || shape == null) {
            throw here().because("the header lacks descr, fortran_order or shape; save the array again");
        }
        return new Entries(descr, isFortran, shape);
    }

    private void value(String key) throws BadCheckpointException {
        switch (key) {
            case "descr" -> {
                require(descr == null, "descr a second time");
                space();
                require(!text.startsWith("[", at), "a structured type; save every field as an array of its own");
                descr = string();
            }
            case "fortran_order" -> {
                require(isFortran == null, "fortran_order a second time");
                isFortran = bool();
            }
            case "shape" -> {
                require(shape == null, "shape a second time");
                shape = tuple();
            }
            default -> throw here().because("a key beside descr, fortran_order and shape; save the array again");
        }
    }

    private String string() throws BadCheckpointException {
        space();
        char quote = at < text.length() ? text.charAt(at) : 0;
        require(quote == '\'' || quote == '"', "a text in quotes is expected here");
        int end = text.indexOf(quote, at + 1);
        require(end >= 0, "a text that doesn't end");
        String content = text.substring(at + 1, end);
        require(content.indexOf('\\') < 0, "an escape in a text");
        at = end + 1;
        return content;
    }

    private boolean bool() throws BadCheckpointException {
        space();
        boolean value = text.startsWith("True", at);
        require(value || text.startsWith("False", at), "True or False is expected here");
        at += value ? "True".length() : "False".length();
        return value;
    }

    private List<Long> tuple() throws BadCheckpointException {
        expect('(');
        List<Long> entries = new ArrayList<>();
        boolean comma = true;
        while (!accept(')')) {
            require(comma && entries.size() < MOST_DIMS, "a tuple of sizes is expected here");
            entries.add(integer());
            comma = accept(',');
        }
        require(comma || entries.size() > 1, "a tuple is expected here, with a comma in it");
        return entries;
    }

    /** Digits; Python 2 wrote an L behind them. */
    private long integer() throws BadCheckpointException {
        space();
        int end = at;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        require(end > at && end - at <= LONGEST_INTEGER, "a size is expected here, a number that is not negative");
        try {
            long value = Long.parseLong(text.substring(at, end));
            at = text.startsWith("L", end) ? end + 1 : end;
            return value;
        } catch (NumberFormatException e) {
            throw here().because("a size exceeds 2^63 - 1");
        }
    }

    private void expect(char c) throws BadCheckpointException {
        require(accept(c), "'" + c + "' is expected here");
    }

    private boolean accept(char c) {
        space();
        boolean found = at < text.length() && text.charAt(at) == c;
        at += found ? 1 : 0;
        return found;
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private Position here() {
        return new Position(start.file(), start.offset() + at);
    }

    private void require(boolean condition, String what) throws BadCheckpointException {
        here().require(condition, "header of an array: %s", what);
    }
}
