package org.normscope.format.pickle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.normscope.tensor.BadCheckpointException;

/** How Python's pickles write text: UTF-8, {@code string_escape} in quotes, {@code raw-unicode-escape}. */
final class Escapes {
    private static final int CHUNK = 1 << 13;
    private static final String NAMED = "\\'\"abfnrtv";
    private static final String MEANT = "\\'\"\u0007\b\f\n\r\t\u000b";

    private final byte[] line;
    private final Spot spot;
    private int at;

    private Escapes(byte[] line, Spot spot) {
        this.line = line;
        this.spot = spot;
    }

    /** The text of these bytes, if they are UTF-8. Half a surrogate pair isn't, though Python would write it. */
    static Optional<String> utf8(byte[] bytes) {
        return isUtf8(bytes) ? Optional.of(new String(bytes, StandardCharsets.UTF_8)) : Optional.empty();
    }

    private static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(Math.min(CHUNK, bytes.length + 1));
        CoderResult result = decoder.decode(in, out, true);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        return !result.isError();
    }

    /** The bytes of a {@code str} literal, single or double quotes around it, as Python 2's {@code string_escape} reads it. */
    static byte[] quoted(byte[] line, Spot spot) throws BadCheckpointException {
        int last = line.length - 1;
        spot.require(
                last >= 1 && line[0] == line[last] && (line[0] == '\'' || line[0] == '"'),
                "the string isn't in quotes");
        return new Escapes(java.util.Arrays.copyOfRange(line, 1, last), spot).stringEscape();
    }

    /** The text of a line in which only {@code backslash u} and {@code backslash U} are escapes; other bytes are Latin-1. */
    static String rawUnicode(byte[] line, Spot spot) throws BadCheckpointException {
        return new Escapes(line, spot).rawUnicode();
    }

    private byte[] stringEscape() throws BadCheckpointException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(line.length);
        while (at < line.length) {
            int c = line[at++] & 0xFF;
            if (c != '\\') {
                out.write(c);
                continue;
            }
            spot.require(at < line.length, "the string ends in a backslash");
            int escape = line[at++] & 0xFF;
            int named = NAMED.indexOf(escape);
            if (named >= 0) {
                out.write(MEANT.charAt(named));
            } else if (escape == 'x') {
                out.write(hex(2));
            } else if ('0' <= escape && escape <= '7') {
                out.write(octal(escape - '0'));
            } else {
                out.write('\\');
                out.write(escape);
            }
        }
        return out.toByteArray();
    }

    private String rawUnicode() throws BadCheckpointException {
        StringBuilder out = new StringBuilder(line.length);
        while (at < line.length) {
            char c = (char) (line[at++] & 0xFF);
            if (c != '\\' || at == line.length) {
                out.append(c);
                continue;
            }
            char escape = (char) (line[at++] & 0xFF);
            if (escape == 'u' || escape == 'U') {
                out.appendCodePoint(character(escape == 'u' ? 4 : 8));
            } else {
                out.append(c).append(escape);
            }
        }
        // Python 2 may have written one character as two escapes, each half of a surrogate pair.
        boolean whole = out.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
        spot.require(whole, "the text holds half a surrogate pair, which is not a character");
        return out.toString();
    }

    private int character(int digits) throws BadCheckpointException {
        int character = hex(digits);
        spot.require(Character.isValidCodePoint(character), "an escape in the text names no character");
        return character;
    }

    private int octal(int first) {
        int value = first;
        for (int i = 0; i < 2 && at < line.length && '0' <= line[at] && line[at] <= '7'; i++) {
            value = value * 8 + line[at++] - '0';
        }
        return value & 0xFF;
    }

    private int hex(int digits) throws BadCheckpointException {
        spot.require(line.length - at >= digits, "an escape in the text is cut off");
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit((char) (line[at++] & 0xFF), 16);
            spot.require(digit >= 0, "an escape in the text has a wrong digit");
            value = value << 4 | digit;
        }
        return value;
    }
}
