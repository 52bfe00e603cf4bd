package org.normscope.format.dcp;

import java.util.Comparator;
import java.util.List;

/**
 * What {@code .metadata} calls a chunk (torch's {@code MetadataIndex}); ordered, so that names that were made to collide cost no time.
 *
 * @param name of the tensor
 * @param start index of the chunk's first element; empty for entries that are not cut
 */
record ChunkId(String name, List<Long> start) implements Comparable<ChunkId> {
    private static final Comparator<ChunkId> ORDER =
            Comparator.comparing(ChunkId::name).thenComparing(ChunkId::start, ChunkId::compare);

    private static int compare(List<Long> left, List<Long> right) {
        int order = Integer.compare(left.size(), right.size());
        for (int i = 0; order == 0 && i < left.size(); i++) {
            order = left.get(i).compareTo(right.get(i));
        }
        return order;
    }

    @Override
    public int compareTo(ChunkId other) {
        return ORDER.compare(this, other);
    }
}
