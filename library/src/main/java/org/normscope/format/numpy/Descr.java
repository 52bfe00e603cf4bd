package org.normscope.format.numpy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout.ByteOrder;

/**
 * The element type of an array, as numpy's {@code dtype.str} writes it: byte order, kind, bytes.
 *
 * @param text what the file has
 * @param kind one letter: b, i, u, f, c numbers; V raw bytes; S, U text; M, m times; O objects
 * @param bytes of an element; 0 for an object
 * @param order of the bytes of a number
 */
record Descr(String text, char kind, long bytes, ByteOrder order) {
    private static final Pattern FORM = Pattern.compile("([<>|])([biufcVSUMmO])(\\d{1,10})?(\\[\\w{1,10}])?");
    private static final int BYTES_OF_A_CHARACTER = 4;

    /** The description, if it is of a plain type. */
    static Optional<Descr> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        char kind = form.group(2).charAt(0);
        String size = form.group(3);
        if ((size == null) != (kind == 'O')) {
            return Optional.empty();
        }
        long bytes = size == null ? 0 : Long.parseLong(size) * (kind == 'U' ? BYTES_OF_A_CHARACTER : 1);
        ByteOrder order = text.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return Optional.of(new Descr(text, kind, bytes, order));
    }

    /** Whether the elements are pointers to pickled objects. */
    boolean isObject() {
        return kind == 'O';
    }

    /** Whether the elements are numbers, or the two raw bytes as which numpy writes bfloat16. */
    boolean isNumeric() {
        return "biufc".indexOf(kind) >= 0 || dtype() == DType.BF16;
    }

    /** The type that holds an element, or {@link DType#OPAQUE}. */
    DType dtype() {
        return switch (kind + String.valueOf(bytes)) {
            case "b1" -> DType.BOOL;
            case "i1" -> DType.I8;
            case "i2" -> DType.I16;
            case "i4" -> DType.I32;
            case "i8" -> DType.I64;
            case "u1" -> DType.U8;
            case "u2" -> DType.U16;
            case "u4" -> DType.U32;
            case "u8" -> DType.U64;
            case "f2" -> DType.F16;
            case "f4" -> DType.F32;
            case "f8" -> DType.F64;
            case "c8" -> DType.C64;
            case "V2" -> DType.BF16;
            default -> DType.OPAQUE;
        };
    }
}
