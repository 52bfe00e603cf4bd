package org.normscope.format.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/** Numbers, strings and names as a pickle spells them out. */
final class Literals {
    private static final int LONGEST_NUMBER = 1000;
    private static final int LONGEST_NAME = 1000;
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern FINITE = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?");

    private final PickleInput input;
    private final Spot spot;

    Literals(PickleInput input, Spot spot) {
        this.input = input;
        this.spot = spot;
    }

    /** The integer of a line; {@code 00} and {@code 01} are booleans. */
    PickleValue intLine() throws BadCheckpointException, IOException {
        String line = numberLine();
        if (line.equals("00") || line.equals("01")) {
            return new PickleValue.Bool(line.equals("01"));
        }
        return integer(line);
    }

    /** The integer of a line, which may end in {@code L}. */
    PickleValue longLine() throws BadCheckpointException, IOException {
        String line = numberLine();
        return integer(line.endsWith("L") ? line.substring(0, line.length() - 1) : line);
    }

    /** The slot of the memo that a line names. */
    long slotLine() throws BadCheckpointException, IOException {
        PickleValue slot = integer(numberLine());
        if (slot instanceof PickleValue.Int number && number.value() >= 0) {
            return number.value();
        }
        throw spot.because("the memo has no slot %s", Printable.quoted(slot.label()));
    }

    /** The number of a line as Python's {@code repr} writes it. */
    PickleValue realLine() throws BadCheckpointException, IOException {
        String line = numberLine();
        return switch (line) {
            case "nan" -> new PickleValue.Real(Double.NaN);
            case "inf" -> new PickleValue.Real(Double.POSITIVE_INFINITY);
            case "-inf" -> new PickleValue.Real(Double.NEGATIVE_INFINITY);
            default -> {
                spot.require(FINITE.matcher(line).matches(), "%s is no number", Printable.quoted(line));
                yield new PickleValue.Real(Double.parseDouble(line));
            }
        };
    }

    /** An integer of so many bytes in two's complement, little-endian. */
    PickleValue integer(int count) throws BadCheckpointException, IOException {
        spot.require(0 <= count && count <= LONGEST_NUMBER, "an integer of %d bytes", count);
        byte[] bytes = input.string(count);
        byte[] bigEndian = new byte[count + 1];
        bigEndian[0] = (byte) (count > 0 && bytes[count - 1] < 0 ? -1 : 0);
        for (int i = 0; i < count; i++) {
            bigEndian[count - i] = bytes[i];
        }
        return integer(new BigInteger(bigEndian));
    }

    PickleValue bytes(long count) throws BadCheckpointException, IOException {
        return new PickleValue.Bytes(input.string(count));
    }

    /** A text of so many bytes in UTF-8. */
    PickleValue text(long count) throws BadCheckpointException, IOException {
        return new PickleValue.Text(utf8(input.string(count)));
    }

    /** A {@code str} of Python 2: text where its bytes are UTF-8. */
    PickleValue oldString(int count) throws BadCheckpointException, IOException {
        spot.require(count >= 0, "a string of %d bytes", count);
        return textOrBytes(input.string(count));
    }

    /** A {@code str} of Python 2 as its {@code repr}. */
    PickleValue stringLine() throws BadCheckpointException, IOException {
        return textOrBytes(Escapes.quoted(input.line(), spot));
    }

    /** A text in Python's raw-unicode-escape. */
    PickleValue unicodeLine() throws BadCheckpointException, IOException {
        return new PickleValue.Text(Escapes.rawUnicode(input.line(), spot));
    }

    /** A class or function in two lines: module, name. */
    PickleValue.Global globalLines() throws BadCheckpointException, IOException {
        return global(utf8(input.line()), utf8(input.line()));
    }

    PickleValue.Global global(String module, String name) throws BadCheckpointException {
        spot.require(
                module.length() + name.length() <= LONGEST_NAME,
                "the name of a class or function has more than %d characters",
                LONGEST_NAME);
        return new PickleValue.Global(module, name);
    }

    private String numberLine() throws BadCheckpointException, IOException {
        byte[] line = input.line();
        spot.require(line.length <= LONGEST_NUMBER, "a number of %d characters", line.length);
        return new String(line, StandardCharsets.ISO_8859_1);
    }

    private PickleValue integer(String digits) throws BadCheckpointException {
        spot.require(INTEGER.matcher(digits).matches(), "%s is no integer", Printable.quoted(digits));
        return integer(new BigInteger(digits));
    }

    private static PickleValue integer(BigInteger value) {
        return value.bitLength() < Long.SIZE ? new PickleValue.Int(value.longValue()) : new PickleValue.BigInt(value);
    }

    private String utf8(byte[] bytes) throws BadCheckpointException {
        return Escapes.utf8(bytes).orElseThrow(() -> spot.because("the text is not UTF-8"));
    }

    private static PickleValue textOrBytes(byte[] bytes) {
        Optional<String> text = Escapes.utf8(bytes);
        return text.isPresent() ? new PickleValue.Text(text.get()) : new PickleValue.Bytes(bytes);
    }
}
