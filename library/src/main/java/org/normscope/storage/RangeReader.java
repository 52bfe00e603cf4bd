package org.normscope.storage;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** An open file that is read by position: no cursor, so that many threads may share it. */
public interface RangeReader extends Closeable {
    /** Length of the file in bytes when it was opened. */
    long length();

    /**
     * Reads exactly {@code count} bytes that start {@code position} bytes into the file.
     *
     * @param destination Modified: {@code count} bytes from {@code offset} on; the rest is untouched
     * @throws EOFException if the file ends before that
     * @throws IOException if the storage fails
     * @throws IndexOutOfBoundsException if the destination can't hold the range
     */
    void readFully(long position, byte[] destination, int offset, int count) throws IOException;

    /**
     * Reads pieces, one behind the other.
     *
     * @param destination Modified: the pieces from its beginning on; the rest is untouched
     * @throws EOFException if the file ends before that
     * @throws IOException if the storage fails
     * @throws IndexOutOfBoundsException if the destination can't hold the pieces
     */
    default void readPieces(Pieces pieces, byte[] destination) throws IOException {
        pieces.check(length(), destination);
        for (int i = 0; i < pieces.count(); i++) {
            readFully(pieces.position(i), destination, i * pieces.bytes(), pieces.bytes());
        }
    }

    /**
     * A part of a file.
     *
     * @param position bytes from the start of the file to it; not negative
     * @param bytes that it takes; not negative
     */
    record Range(long position, int bytes) {
        /** Checks the numbers. */
        public Range {
            if (position < 0 || bytes < 0) {
                throw new IllegalArgumentException(bytes + " bytes at " + position);
            }
        }

        /** @throws EOFException if it ends behind a file of this many bytes */
        public void requireWithin(long length) throws EOFException {
            if (position > length - bytes) {
                throw new EOFException("range of " + bytes + " bytes at " + position + " ends behind the file's "
                        + length + " bytes: the file changed while it was read");
            }
        }
    }

    /**
     * Reads ranges; a storage far away is asked for several at a time.
     *
     * @param ranges in ascending order, none of which overlaps another
     * @return their bytes, in the same order
     * @throws EOFException if the file ends before that
     * @throws IOException if the storage fails
     */
    default List<byte[]> readRanges(List<Range> ranges) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Range range : ranges) {
            byte[] content = new byte[range.bytes];
            readFully(range.position, content, 0, content.length);
            contents.add(content);
        }
        return contents;
    }

    /**
     * Checks the arguments of {@link #readFully} for a file of this many bytes; every implementation does so first.
     *
     * @throws EOFException if the range ends behind the file
     * @throws IndexOutOfBoundsException if the destination can't hold the range, or the position is negative
     */
    static void checkRange(long length, long position, byte[] destination, int offset, int count) throws EOFException {
        Objects.checkFromIndexSize(offset, count, destination.length);
        if (position < 0) {
            throw new IndexOutOfBoundsException("position " + position);
        }
        new Range(position, count).requireWithin(length);
    }
}
