package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Writes zip archives as torch does: members as they are, aligned by an extra field, checksum and sizes in a descriptor behind their data, and a
 * ZIP64 record at the end.
 */
public final class DescribedZip {
    private static final int ALIGNMENT = 16;

    private final int descriptor;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int members;

    /** @param descriptor bytes of a descriptor: 16 with a signature, 12 without; 24 and 20 with sizes of eight bytes */
    public DescribedZip(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Adds a member. */
    public DescribedZip with(String name, byte[] content) {
        byte[] latin1 = name.getBytes(StandardCharsets.ISO_8859_1);
        int header = out.size();
        int padding = (2 * ALIGNMENT - (header + 30 + latin1.length + 4) % ALIGNMENT) % ALIGNMENT;
        CRC32 crc = new CRC32();
        crc.update(content);
        numbers(out, 4, 0x04034b50, 0x08080000, 0, 0, 0, 0);
        numbers(out, 2, 0, latin1.length, 4 + padding);
        out.writeBytes(latin1);
        out.writeBytes("FB".getBytes(StandardCharsets.US_ASCII));
        numbers(out, 2, padding);
        out.writeBytes("Z".repeat(padding).getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(content);
        if (descriptor % 8 == 0) {
            numbers(out, 4, 0x08074b50);
        }
        numbers(out, 4, crc.getValue());
        numbers(out, descriptor > 16 ? 8 : 4, content.length, content.length);
        numbers(directory, 4, 0x02014b50);
        numbers(directory, 2, 0, 0, 0x808, 0, 0, 0);
        numbers(directory, 4, crc.getValue(), content.length, content.length);
        numbers(directory, 2, latin1.length, 0, 0, 0, 0, 0, 0);
        numbers(directory, 4, header);
        directory.writeBytes(latin1);
        members++;
        return this;
    }

    /** The archive; to be called once. */
    public byte[] bytes() {
        int place = out.size();
        out.writeBytes(directory.toByteArray());
        int end = out.size();
        numbers(out, 4, 0x06064b50);
        numbers(out, 8, 44);
        numbers(out, 4, 0x2d031e, 0, 0);
        numbers(out, 8, members, members, end - place, place);
        numbers(out, 4, 0x07064b50, 0);
        numbers(out, 8, end);
        numbers(out, 4, 1, 0x06054b50, 0);
        numbers(out, 2, members, members);
        numbers(out, 4, end - place, place);
        numbers(out, 2, 0);
        return out.toByteArray();
    }

    private static void numbers(ByteArrayOutputStream out, int bytes, long... values) {
        for (long value : values) {
            out.writeBytes(GgufBytes.number(bytes, value));
        }
    }
}
