package org.normscope.format;

import java.util.List;
import java.util.Map;
import org.normscope.tensor.Checkpoint;

/**
 * One of the files that make a checkpoint together.
 *
 * @param content its tensors, as they lie in it
 * @param pieces what the file says of its tensors' places in larger ones, by their names in it; empty if it says nothing
 */
public record Shard(Checkpoint content, Map<String, Piece> pieces) {
    /** Copies the map. */
    public Shard {
        pieces = Map.copyOf(pieces);
    }

    /**
     * Where a tensor of a file belongs.
     *
     * @param tensor name of the tensor that it is a part of, or all of
     * @param start index of its first element there, one per dimension; with its extent at most 2^63 - 1
     */
    public record Piece(String tensor, List<Long> start) {
        /** Copies the list. */
        public Piece {
            start = List.copyOf(start);
        }
    }
}
