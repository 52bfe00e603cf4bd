package org.normscope.format;

import java.nio.ByteBuffer;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/** The numbers of a member before its data: they must be those of the directory, where they are there at all. */
final class LocalHeader {
    private static final int DESCRIPTOR = 8;
    private static final int CRC = 14;
    private static final int STORED = 18;
    private static final int SIZE = 22;
    private static final long WIDE = 0xffffffffL;

    private LocalHeader() {}

    /** Whether checksum and sizes stand behind the data. */
    static boolean hasDescriptor(ZipRecord entry) {
        return (entry.flags() & DESCRIPTOR) != 0;
    }

    /** @throws BadCheckpointException if checksum or sizes are others */
    static void requireSame(ByteBuffer local, ZipRecord entry, Position here) throws BadCheckpointException {
        if (hasDescriptor(entry)) {
            return;
        }
        boolean isSame = (local.getInt(CRC) & WIDE) == entry.crc()
                && isSame(local.getInt(STORED) & WIDE, entry.stored())
                && isSame(local.getInt(SIZE) & WIDE, entry.size());
        here.require(
                isSame,
                "the directory and the header of member %s differ in checksum or sizes; damaged, download it again",
                Printable.quoted(entry.name()));
    }

    private static boolean isSame(long local, long listed) {
        return local == WIDE || local == listed;
    }
}
