package org.normscope.audit;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.Shard;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/**
 * A format for single files that first looks whether a file is something else under a wrong name.
 *
 * @param otherwise says what it is, and what to do, if it is something else
 */
record ContentChecked(CheckpointFormat format, Function<FileContent, Optional<String>> otherwise)
        implements CheckpointFormat {
    @Override
    public String name() {
        return format.name();
    }

    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        return format.recognizes(storage, location);
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        requireOwn(storage, location);
        return format.read(storage, location);
    }

    @Override
    public Shard readShard(Storage storage, String location) throws BadCheckpointException, IOException {
        requireOwn(storage, location);
        return format.readShard(storage, location);
    }

    private void requireOwn(Storage storage, String location) throws BadCheckpointException, IOException {
        Optional<String> foreign = otherwise.apply(FileContent.begin(storage, location));
        if (foreign.isPresent()) {
            throw new BadCheckpointException(location + ": " + foreign.get());
        }
    }
}
