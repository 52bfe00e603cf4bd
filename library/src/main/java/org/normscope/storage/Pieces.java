package org.normscope.storage;

import java.io.EOFException;
import java.util.Objects;

/**
 * Pieces of a file, all of one length and at one distance: a band of columns of a matrix that is stored row by row.
 *
 * @param start position of the first piece within the file
 * @param distance bytes from the beginning of a piece to that of the next; at least {@code bytes}
 * @param bytes length of a piece; positive
 * @param count how many; positive
 */
public record Pieces(long start, long distance, int bytes, int count) {
    /** Checks the sizes. */
    public Pieces {
        if (start < 0 || bytes <= 0 || count <= 0 || distance < bytes) {
            throw new IllegalArgumentException(count + " pieces of " + bytes + " bytes, " + distance + " apart");
        }
        Math.multiplyExact(bytes, count);
    }

    /** Where a piece begins within the file. */
    public long position(int index) {
        return start + index * distance;
    }

    /**
     * Checks them against a file of this many bytes and an array that they shall fill from its beginning.
     *
     * @throws EOFException if the last one ends behind the file
     * @throws IndexOutOfBoundsException if the destination can't hold them
     */
    public void check(long length, byte[] destination) throws EOFException {
        Objects.checkFromIndexSize(0, bytes * count, destination.length);
        RangeReader.checkRange(length, position(count - 1), destination, bytes * (count - 1), bytes);
    }
}
