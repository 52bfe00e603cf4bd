package org.normscope.job.cli;

import java.io.IOException;
import java.util.List;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/** A storage whose files can be listed and no longer read. */
record DiskThatDies(Storage storage) implements Storage {
    @Override
    public Kind kind(String location) throws IOException {
        return storage.kind(location);
    }

    @Override
    public RangeReader open(String location) throws IOException {
        throw new IOException(location + ": the disk died");
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return storage.list(directory);
    }

    @Override
    public boolean belongsTo(String directory, String location) throws IOException {
        return storage.belongsTo(directory, location);
    }
}
