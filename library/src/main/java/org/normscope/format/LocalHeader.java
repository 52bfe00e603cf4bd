package org.normscope.format;

import java.nio.ByteBuffer;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * The header before a member's data; name, method, checksum and sizes are those of the directory, as far as it has them.
 *
 * @param bytes from its start to the member's data
 * @param hasNumbers whether checksum and sizes stand in it
 * @param mayHaveDescriptor whether they may stand behind the data
 */
record LocalHeader(int bytes, boolean hasNumbers, boolean mayHaveDescriptor) {
    /** Most bytes that checksum and sizes take behind the data. */
    static final int LONGEST_DESCRIPTOR = 24;

    private static final int SIGNATURE = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int HAS_DESCRIPTOR = 8;
    private static final int BYTES = 30;
    private static final long WIDE = 0xffffffffL;

    /** Bytes of a member's header and name. */
    static int bytes(ZipRecord record) {
        return BYTES + record.nameBytes().length;
    }

    /** Checks a header, which may be cut off at its end. */
    static LocalHeader of(ByteBuffer in, ZipRecord record, Position here) throws BadCheckpointException {
        String shown = Printable.quoted(record.name());
        byte[] name = record.nameBytes();
        here.require(
                in.limit() == BYTES + name.length && in.getInt(0) == SIGNATURE, "member %s has no header here", shown);
        here.require(
                in.getShort(8) == record.method(),
                "member %s is compressed by method %d, the directory says %d; damaged, download it again",
                shown,
                in.getShort(8),
                record.method());
        here.require(
                (in.getShort(26) & 0xffff) == name.length
                        && ByteBuffer.wrap(name).equals(in.slice(BYTES, name.length)),
                "the directory calls this member %s, its own header otherwise",
                shown);
        boolean hasNumbers = (in.getInt(14) & WIDE) == record.crc()
                && isSame(in, 18, record.stored())
                && isSame(in, 22, record.size());
        boolean mayHaveDescriptor = ((in.getShort(6) | record.flags()) & HAS_DESCRIPTOR) != 0;
        here.require(
                hasNumbers || mayHaveDescriptor,
                "the directory and the header of member %s differ in checksum or sizes; damaged, download it again",
                shown);
        return new LocalHeader(BYTES + name.length + (in.getShort(28) & 0xffff), hasNumbers, mayHaveDescriptor);
    }

    /** Sizes that don't fit stand in an extra field, which nobody reads. */
    private static boolean isSame(ByteBuffer in, int at, long listed) {
        long said = in.getInt(at) & WIDE;
        return said == WIDE || said == listed;
    }

    /**
     * Bytes of the descriptor behind the data; 0 if there is none.
     *
     * @param before the bytes before what follows the member
     */
    int descriptor(ZipRecord record, ByteBuffer before, Position here) throws BadCheckpointException {
        if (mayHaveDescriptor) {
            for (int bytes : new int[] {LONGEST_DESCRIPTOR, 16, 20, 12}) {
                if (bytes <= before.limit()
                        && isDescriptor(
                                before.slice(before.limit() - bytes, bytes).order(before.order()), record)) {
                    return bytes;
                }
            }
        }
        here.require(
                hasNumbers,
                "checksum and sizes of member %s stand neither before nor behind its data as the directory has them; damaged,"
                        + " download it again",
                Printable.quoted(record.name()));
        return 0;
    }

    /** Perhaps a signature, the checksum, and both sizes in 4 or 8 bytes. */
    private static boolean isDescriptor(ByteBuffer in, ZipRecord record) {
        boolean isSigned = in.limit() % 8 == 0;
        int crc = isSigned ? Integer.BYTES : 0;
        int sizes = crc + Integer.BYTES;
        boolean isWide = in.limit() - sizes == 2 * Long.BYTES;
        long stored = isWide ? in.getLong(sizes) : in.getInt(sizes) & WIDE;
        long size = isWide ? in.getLong(sizes + Long.BYTES) : in.getInt(sizes + Integer.BYTES) & WIDE;
        return (!isSigned || in.getInt(0) == DESCRIPTOR)
                && (in.getInt(crc) & WIDE) == record.crc()
                && stored == record.stored()
                && size == record.size();
    }
}
