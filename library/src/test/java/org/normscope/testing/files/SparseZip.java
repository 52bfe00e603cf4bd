package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Writes zip archives of more than 4 GB as torch does, to disk: numbers that don't fit 32 bits stand in ZIP64 fields, before members in
 * the order of the local header, and a member that has such a field has a descriptor of 24 bytes. Zeros are left out, the file is sparse.
 */
public final class SparseZip implements Closeable {
    private static final long WIDE = 0xffffffffL;
    private static final int ALIGNMENT = 64;
    private static final int MOST_ZEROS = 1 << 20;

    private final RandomAccessFile out;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int members;

    /** A new file. */
    public SparseZip(Path file) throws IOException {
        this.out = new RandomAccessFile(file.toFile(), "rw");
    }

    /** Adds a member. */
    public SparseZip with(String name, byte[] content) throws IOException {
        return with(name, content.length, new TreeMap<>(Map.of(0L, content)));
    }

    /**
     * Adds a member of zeros with something here and there.
     *
     * @param size of the member
     * @param contents what is not zero, by the place within the member where it begins; they don't overlap
     */
    public SparseZip with(String name, long size, SortedMap<Long, byte[]> contents) throws IOException {
        long header = out.length();
        byte[] latin1 = name.getBytes(StandardCharsets.ISO_8859_1);
        byte[] wide = wide(size >= WIDE, size, header);
        int crc = crc(size, contents);
        writeHeader(latin1, wide, header);
        long data = out.getFilePointer();
        for (Map.Entry<Long, byte[]> content : contents.entrySet()) {
            out.seek(data + content.getKey());
            out.write(content.getValue());
        }
        out.seek(data + size);
        out.write(numbers(4, 0x08074b50, crc));
        out.write(numbers(wide.length > 0 ? 8 : 4, size, size));
        directory.writeBytes(numbers(4, 0x02014b50));
        directory.writeBytes(numbers(2, 0, 0, 0x808, 0, 0, 0));
        directory.writeBytes(numbers(4, crc, Math.min(size, WIDE), Math.min(size, WIDE)));
        directory.writeBytes(numbers(2, latin1.length, wide.length, 0, 0, 0, 0, 0));
        directory.writeBytes(numbers(4, Math.min(header, WIDE)));
        directory.writeBytes(latin1);
        directory.writeBytes(wide);
        members++;
        return this;
    }

    /** The ZIP64 field, or nothing. */
    private static byte[] wide(boolean isLarge, long size, long header) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        if (isLarge) {
            field.writeBytes(numbers(8, size, size));
        }
        if (header >= WIDE) {
            field.writeBytes(numbers(8, header));
        }
        if (field.size() == 0) {
            return new byte[0];
        }
        byte[] content = field.toByteArray();
        field.reset();
        field.writeBytes(numbers(2, 1, content.length));
        field.writeBytes(content);
        return field.toByteArray();
    }

    /** Padding in an extra field called FB puts the data where torch wants them. */
    private void writeHeader(byte[] name, byte[] wide, long header) throws IOException {
        long data = header + 30 + name.length + wide.length + 4;
        int padding = (int) ((ALIGNMENT - data % ALIGNMENT) % ALIGNMENT);
        out.seek(header);
        out.write(numbers(4, 0x04034b50, 0x08080000, 0, 0, 0, 0));
        out.write(numbers(2, 0, name.length, wide.length + 4 + padding));
        out.write(name);
        out.write(wide);
        out.write("FB".getBytes(StandardCharsets.US_ASCII));
        out.write(numbers(2, padding));
        out.write("Z".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    }

    private static int crc(long size, SortedMap<Long, byte[]> contents) {
        CRC32 crc = new CRC32();
        long done = 0;
        for (Map.Entry<Long, byte[]> content : contents.entrySet()) {
            zeros(crc, content.getKey() - done);
            crc.update(content.getValue());
            done = content.getKey() + content.getValue().length;
        }
        zeros(crc, size - done);
        return (int) crc.getValue();
    }

    private static void zeros(CRC32 crc, long count) {
        byte[] zeros = new byte[(int) Math.min(count, MOST_ZEROS)];
        for (long left = count; left > 0; left -= zeros.length) {
            crc.update(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    /** Writes the directory and ends the archive. */
    @Override
    public void close() throws IOException {
        try (out) {
            long place = out.length();
            out.seek(place);
            out.write(directory.toByteArray());
            long end = out.getFilePointer();
            out.write(numbers(4, 0x06064b50));
            out.write(numbers(8, 44));
            out.write(numbers(4, 0x2d031e, 0, 0));
            out.write(numbers(8, members, members, end - place, place));
            out.write(numbers(4, 0x07064b50, 0));
            out.write(numbers(8, end));
            out.write(numbers(4, 1, 0x06054b50, 0));
            out.write(numbers(2, members, members));
            out.write(numbers(4, end - place, Math.min(place, WIDE)));
            out.write(numbers(2, 0));
        }
    }

    private static byte[] numbers(int bytes, long... values) {
        ByteArrayOutputStream numbers = new ByteArrayOutputStream();
        for (long value : values) {
            numbers.writeBytes(GgufBytes.number(bytes, value));
        }
        return numbers.toByteArray();
    }
}
