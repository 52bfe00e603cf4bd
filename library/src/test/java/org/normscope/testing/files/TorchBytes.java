package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;

/** Writes files of torch's. Each tensor, in F32 of 2 x 3 if nothing else is said, has a storage of its own, called 0, 1 and so on. */
public final class TorchBytes {
    private static final String MAGIC = "\u0080\2\u008a\12\154\u00fc\u009c\106\u00f9\40\152\u00a8\120\31.";
    private static final String VERSION = "\u0080\2M\u00e9\3.";
    private static final String MACHINE = "\u0080\2}(" + text("little_endian") + "\u0088u.";

    private TorchBytes() {}

    /**
     * A tensor in a dict.
     *
     * @param type its storage's class without {@code Storage}
     */
    public record Entry(String name, String type, List<Long> dims) {
        /** In F32. */
        static Entry floats(String name, List<Long> dims) {
            return new Entry(name, "Float", dims);
        }
    }

    /** The pickle of a dict of tensors, without a memo. */
    public static byte[] pickle(String... names) {
        return pickle(Arrays.stream(names)
                .map(name -> Entry.floats(name, List.of(2L, 3L)))
                .toList());
    }

    /** The same with types and sizes. */
    public static byte[] pickle(List<Entry> entries) {
        StringBuilder pickle = new StringBuilder("\u0080\2}(");
        for (int i = 0; i < entries.size(); i++) {
            // Python sets a thousand entries at a time.
            pickle.append(i > 0 && i % 1000 == 0 ? "u(" : "").append(text(entries.get(i).name));
            pickle.append(tensor(i, entries.get(i)));
        }
        return latin1(pickle + "u.");
    }

    /** The pickle of one tensor that is no part of anything. */
    public static byte[] single() {
        return single(List.of(2L, 3L));
    }

    /** The same with dimensions. */
    public static byte[] single(List<Long> dims) {
        return latin1("\u0080\2" + tensor(0, Entry.floats("", dims)) + ".");
    }

    private static String tensor(int key, Entry entry) {
        Shape shape = new Shape(entry.dims);
        String storage = "(" + text("storage") + "ctorch\n" + entry.type + "Storage\n" + text(Integer.toString(key))
                + text("cpu") + number(shape.elements()) + "NtQ";
        return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + "K\0" + tuple(entry.dims)
                + tuple(Layout.rowMajor(shape)) + "\u0089ccollections\nOrderedDict\n)RtR";
    }

    private static String tuple(List<Long> numbers) {
        return numbers.stream().map(TorchBytes::number).collect(Collectors.joining("", "(", "t"));
    }

    /** Of at most 31 bits. */
    static String number(long number) {
        return number < 256
                ? "K" + (char) number
                : "J" + new String(GgufBytes.number(4, number), StandardCharsets.ISO_8859_1);
    }

    private static String text(String text) {
        return "X" + (char) text.length() + "\0\0\0" + text;
    }

    /** An archive of this pickle and these storages. */
    public static byte[] archive(byte[] pickle, byte[]... storages) {
        DescribedZip zip = new DescribedZip(16).with("m/data.pkl", pickle).with("m/byteorder", latin1("little"));
        for (int i = 0; i < storages.length; i++) {
            zip.with("m/data/" + i, storages[i]);
        }
        return zip.bytes();
    }

    /** A stream of torch before 1.6. */
    public static byte[] stream(byte[] pickle, byte[]... storages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(latin1(MAGIC + VERSION + MACHINE));
        out.writeBytes(pickle);
        StringBuilder keys = new StringBuilder("\u0080\2](");
        for (int i = 0; i < storages.length; i++) {
            keys.append(i > 0 && i % 1000 == 0 ? "e(" : "").append(text(Integer.toString(i)));
        }
        out.writeBytes(latin1(keys + "e."));
        for (byte[] storage : storages) {
            out.writeBytes(GgufBytes.number(8, storage.length / Float.BYTES));
            out.writeBytes(storage);
        }
        return out.toByteArray();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
