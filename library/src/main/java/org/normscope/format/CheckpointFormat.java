package org.normscope.format;

import java.io.IOException;
import java.util.Map;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/** A way to store tensors. Implementations recognize their files by content and read only what describes the tensors. */
public interface CheckpointFormat {
    /** The format's name in the report, e.g. {@code safetensors}. */
    String name();

    /**
     * Whether what lies at the location claims to be of this format; says nothing about its being right.
     *
     * @throws IOException if the storage fails
     */
    boolean recognizes(Storage storage, String location) throws IOException;

    /**
     * Reads and verifies all headers.
     *
     * @throws BadCheckpointException if anything about the structure is wrong
     * @throws IOException if the storage fails
     */
    Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException;

    /**
     * Reads and verifies all headers of one of the files of a checkpoint; what it says of pieces of tensors is left to who knows the other
     * files. Most formats have whole tensors only.
     *
     * @throws BadCheckpointException if anything about the structure is wrong
     * @throws IOException if the storage fails
     */
    default Shard readShard(Storage storage, String location) throws BadCheckpointException, IOException {
        return new Shard(read(storage, location), Map.of());
    }
}
