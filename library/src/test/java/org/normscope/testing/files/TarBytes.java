package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes tar archives as torch 0.1 did. Tensor {@code i} is a 2 x 3 matrix in F32 with the key {@link #tensor}, its storage has the key
 * {@link #storage}.
 */
public final class TarBytes {
    /** The pickle of an archive of a little-endian machine. */
    public static final String MACHINE =
            "\u0080\2}(" + text("protocol_version") + "M\u00e8\3" + text("little_endian") + "\u0088u.";

    private static final int BLOCK = 512;
    private static final long FIRST_KEY = 0x7f0012340000L;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** An archive of a dict of tensors with these storages. */
    public static byte[] dict(List<String> names, List<byte[]> storages) {
        StringBuilder pickle = new StringBuilder("\u0080\2}(");
        for (int i = 0; i < names.size(); i++) {
            pickle.append(text(names.get(i))).append(reference(tensor(i)));
        }
        return archive(pickle + "u.", storages, "\u0080\2].");
    }

    /** An archive of any object whose tensors have these storages, and any list of views of storages. */
    public static byte[] archive(String pickle, List<byte[]> storages, String views) {
        return archive(latin1(pickle), tensors(storages.size()), storages(storages, views));
    }

    /** The same without what no reader needs: times that don't fit headers, and empty blocks at the end. */
    public static byte[] bare(List<String> names, List<byte[]> storages) {
        byte[] whole = dict(names, storages);
        ByteArrayOutputStream bare = new ByteArrayOutputStream();
        for (int at = 0; at < whole.length - 2 * BLOCK; at += BLOCK) {
            boolean isPax =
                    whole[at + 156] == 'x' && new String(whole, at, 10, StandardCharsets.US_ASCII).equals("././@PaxHe");
            if (isPax) {
                at += BLOCK;
            } else {
                bare.write(whole, at, BLOCK);
            }
        }
        return bare.toByteArray();
    }

    /** An archive of any members. */
    public static byte[] archive(byte[] pickle, byte[] tensors, byte[] storages) {
        return new TarBytes()
                .with("sys_info", latin1(MACHINE))
                .with("pickle", pickle)
                .with("tensors", tensors)
                .with("storages", storages)
                .bytes();
    }

    /** The key of a tensor. */
    public static long tensor(int i) {
        return FIRST_KEY + 256L * i;
    }

    /** The key of its storage. */
    public static long storage(int i) {
        return FIRST_KEY + 256L * i + 128;
    }

    /** A persistent id in a pickle. */
    public static String reference(long key) {
        return text(Long.toString(key)) + "Q";
    }

    /** A number in a pickle. */
    public static String number(long key) {
        return "\u008a\10" + new String(GgufBytes.number(8, key), StandardCharsets.ISO_8859_1);
    }

    /** A text in a pickle. */
    public static String text(String text) {
        return "X" + (char) text.length() + "\0\0\0" + text;
    }

    /** So many tensors. */
    public static byte[] tensors(int count) {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        member.writeBytes(latin1("\u0080\2K" + (char) count + "."));
        for (int i = 0; i < count; i++) {
            member.writeBytes(tensor(number(tensor(i)), number(storage(i)), 2, 2, 3, 3, 1, 0));
        }
        return member.toByteArray();
    }

    /** An entry among the tensors: keys, as they stand in a pickle, and numbers of dimensions, sizes, strides, first element. */
    public static byte[] tensor(String key, String storage, long... numbers) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.writeBytes(latin1("\u0080\2" + key + storage + "ctorch\nFloatTensor\n\u0087."));
        for (long number : numbers) {
            entry.writeBytes(GgufBytes.number(8, number));
        }
        return entry.toByteArray();
    }

    /** These storages, and any list of views. */
    public static byte[] storages(List<byte[]> storages, String views) {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        member.writeBytes(latin1("\u0080\2K" + (char) storages.size() + "."));
        for (int i = 0; i < storages.size(); i++) {
            String entry = "\u0080\2" + number(storage(i)) + text("cpu") + "ctorch\nFloatStorage\n\u0087.";
            member.writeBytes(latin1(entry));
            member.writeBytes(GgufBytes.number(8, storages.get(i).length / Float.BYTES));
            member.writeBytes(storages.get(i));
        }
        member.writeBytes(latin1(views));
        return member.toByteArray();
    }

    /** Adds a member as Python's tarfile does: before its header goes one with the time that doesn't fit there. */
    public TarBytes with(String name, byte[] content) {
        return header("././@PaxHeader", 'x', 30, latin1("30 mtime=1487000000.123456789\n"))
                .header(name, '0', content.length, content);
    }

    /** Adds a member with any header. */
    public TarBytes header(String name, char type, long size, byte[] content) {
        StringBuilder header = new StringBuilder(name).append("\0".repeat(100 - name.length()));
        header.append("0000600\0").append("0001750\0").append("0001750\0");
        header.append(String.format("%011o\0%011o\0", size, 1487000000));
        header.append(" ".repeat(8)).append(type).append("\0".repeat(100)).append("ustar\00000");
        header.append("\0".repeat(BLOCK - header.length()));
        int sum = header.chars().sum();
        header.replace(148, 156, String.format("%06o\0 ", sum));
        out.writeBytes(latin1(header.toString()));
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    /** The archive with two empty blocks at its end. */
    public byte[] bytes() {
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    /** Text as bytes. */
    public static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
