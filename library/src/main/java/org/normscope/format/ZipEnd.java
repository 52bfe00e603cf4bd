package org.normscope.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/**
 * What the records at the end of a zip archive say of its central directory; it lies in the archive, and they follow it without a gap.
 *
 * @param count members that it announces
 * @param directory bytes from the start of the archive to it
 * @param size bytes that it takes
 */
record ZipEnd(long count, long directory, int size) {
    private static final int END = 0x06054b50;
    private static final int BYTES = 22;
    private static final int LONGEST_COMMENT = 0xffff;

    /** Hardly any archive has a comment, so that its end is looked for here first. */
    private static final int SHORT_TAIL = 1 << 10;

    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int ZIP64 = 0x06064b50;
    private static final int ZIP64_BYTES = 56;
    private static final int LARGEST_DIRECTORY = 64 << 20;
    private static final long WIDE = 0xffffffffL;
    private static final int WIDE_COUNT = 0xffff;

    /** Numbers as a record has them, not checked yet. */
    private record Said(long place, int disks, long count, long size, long offset) {
        boolean isWide() {
            return disks == -1 || count == WIDE_COUNT || size == WIDE || offset == WIDE;
        }
    }

    /**
     * Finds and checks them.
     *
     * @param start offset of the archive's first byte in the file
     * @param end offset behind its last byte
     */
    static ZipEnd find(String file, RangeReader in, long start, long end) throws BadCheckpointException, IOException {
        Said said = last(file, in, start, end);
        Position here = new Position(file, said.place());
        long locator = said.place() - LOCATOR_BYTES;
        if (locator >= start && buffer(in, locator, LOCATOR_BYTES).getInt(0) == LOCATOR) {
            said = zip64(file, in, start, locator);
        } else {
            here.require(!said.isWide(), "no ZIP64 record before the end of the archive");
        }
        here.require(said.disks() == 0, "a zip archive over several disks; join it");
        long room = said.place() - start;
        here.require(
                said.offset() >= 0 && said.size() >= 0 && said.size() <= room && said.offset() == room - said.size(),
                "the zip directory of %d bytes at %d does not end here; damaged, download it again",
                said.size(),
                said.offset());
        here.require(
                said.size() <= LARGEST_DIRECTORY,
                "the zip directory of %d bytes exceeds %d",
                said.size(),
                LARGEST_DIRECTORY);
        return new ZipEnd(said.count(), said.offset(), (int) said.size());
    }

    private static Said last(String file, RangeReader in, long start, long end)
            throws BadCheckpointException, IOException {
        ByteBuffer tail = tail(in, start, end, SHORT_TAIL);
        int at = place(tail);
        if (at < 0) {
            tail = tail(in, start, end, BYTES + LONGEST_COMMENT);
            at = place(tail);
        }
        new Position(file, end)
                .require(at >= 0, "a zip archive without the directory at its end: truncated, download it again");
        return new Said(
                end - tail.limit() + at,
                tail.getShort(at + 4) | tail.getShort(at + 6),
                tail.getShort(at + 10) & 0xffff,
                tail.getInt(at + 12) & WIDE,
                tail.getInt(at + 16) & WIDE);
    }

    private static ByteBuffer tail(RangeReader in, long start, long end, int most) throws IOException {
        int count = (int) Math.min(end - start, most);
        return buffer(in, end - count, count);
    }

    /** Where the last record begins whose comment ends with the archive; negative if there is none. */
    private static int place(ByteBuffer tail) {
        int at = tail.limit() - BYTES;
        while (at >= 0 && !(tail.getInt(at) == END && at + BYTES + (tail.getShort(at + 20) & 0xffff) == tail.limit())) {
            at--;
        }
        return at;
    }

    /** The record of an archive with ZIP64, which lies right before its locator. */
    private static Said zip64(String file, RangeReader in, long start, long locator)
            throws BadCheckpointException, IOException {
        long offset = buffer(in, locator, LOCATOR_BYTES).getLong(8);
        new Position(file, locator)
                .require(
                        offset >= 0 && offset <= locator - start - ZIP64_BYTES,
                        "the ZIP64 record at %d lies outside of the archive",
                        offset);
        long place = start + offset;
        ByteBuffer wide = buffer(in, place, ZIP64_BYTES);
        new Position(file, place)
                .require(
                        wide.getInt(0) == ZIP64 && wide.getLong(4) == locator - place - 12,
                        "not a ZIP64 record up to its locator at %d",
                        locator);
        return new Said(place, wide.getInt(16) | wide.getInt(20), wide.getLong(32), wide.getLong(40), wide.getLong(48));
    }

    private static ByteBuffer buffer(RangeReader in, long position, int count) throws IOException {
        byte[] bytes = new byte[count];
        in.readFully(position, bytes, 0, count);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
