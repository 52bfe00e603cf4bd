package org.normscope.format.dcp;

import java.util.Comparator;
import org.normscope.storage.RelativePath;

/**
 * Where a chunk, or what is no tensor, lies (torch's {@code _StorageInfo}).
 *
 * @param path of the file below the checkpoint
 * @param offset bytes from the start of that file; not negative
 * @param length bytes; not negative
 */
record Place(RelativePath path, long offset, long length) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::path).thenComparing(Place::offset).thenComparing(Place::length);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
