package org.normscope.format;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * What the central directory says of a member; nothing of it is confirmed.
 *
 * @param header offset of its local header within the archive
 */
record ZipRecord(String name, int flags, int method, long crc, long stored, long size, long header) {
    static final Comparator<ZipRecord> BY_PLACE = Comparator.comparingLong(ZipRecord::header);

    private static final int SIGNATURE = 0x02014b50;
    private static final int BYTES = 46;
    private static final int UTF8 = 0x800;
    private static final int ZIP64 = 1;
    private static final int ENCRYPTED = 0x2041;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /** No deflate stream can be longer inflated: 258 bytes need a length and a distance of a bit each. */
    private static final long MOST_INFLATION = 1032;

    private static final long WIDE = 0xffffffffL;

    /** The name as it is written. */
    byte[] nameBytes() {
        return name.getBytes(charset(flags));
    }

    private static Charset charset(int flags) {
        return (flags & UTF8) != 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    }

    /** The member, whose data begin at this offset in the file. */
    ZipEntry entry(long offset) {
        return new ZipEntry(name, method == DEFLATED, crc, offset, stored, size);
    }

    /** @throws BadCheckpointException if the member is encrypted, or its bytes can't be those of a member of its size */
    void requireReadable(Position here) throws BadCheckpointException {
        String shown = Printable.quoted(name);
        here.require((flags & ENCRYPTED) == 0, "member %s is encrypted; decrypt it first", shown);
        here.require(
                method == STORED || method == DEFLATED,
                "member %s is compressed by method %d; only stored and deflated ones are read",
                shown,
                method);
        here.require(
                method == DEFLATED ? size >= 0 && size / MOST_INFLATION <= stored : stored == size,
                "member %s takes %d bytes and has %d; damaged, download it again",
                shown,
                stored,
                size);
    }

    /** Takes the next record; the buffer moves behind it. */
    static ZipRecord next(ByteBuffer in, Position here) throws BadCheckpointException {
        here.require(
                in.remaining() >= BYTES && in.getInt(in.position()) == SIGNATURE,
                "no record of a member here: the zip directory is damaged");
        int at = in.position();
        int flags = in.getShort(at + 8) & 0xffff;
        int nameBytes = in.getShort(at + 28) & 0xffff;
        int extraBytes = in.getShort(at + 30) & 0xffff;
        int commentBytes = in.getShort(at + 32) & 0xffff;
        here.require(
                in.remaining() >= BYTES + nameBytes + extraBytes + commentBytes, "the zip directory ends in a record");
        byte[] name = new byte[nameBytes];
        in.get(at + BYTES, name);
        long[] sizes = {
            in.getInt(at + 24) & WIDE, in.getInt(at + 20) & WIDE, in.getInt(at + 42) & WIDE,
        };
        widen(sizes, in.slice(at + BYTES + nameBytes, extraBytes).order(in.order()));
        in.position(at + BYTES + nameBytes + extraBytes + commentBytes);
        return new ZipRecord(
                new String(name, charset(flags)),
                flags,
                in.getShort(at + 10),
                in.getInt(at + 16) & WIDE,
                sizes[1],
                sizes[0],
                sizes[2]);
    }

    /** The ZIP64 extra field has, in this order, those numbers that don't fit 32 bits. */
    private static void widen(long[] sizes, ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int length = Math.min(extra.getShort() & 0xffff, extra.remaining());
            ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
            extra.position(extra.position() + length);
            for (int i = 0; id == ZIP64 && i < sizes.length; i++) {
                if (sizes[i] == WIDE && field.remaining() >= Long.BYTES) {
                    sizes[i] = field.getLong();
                }
            }
        }
    }
}
