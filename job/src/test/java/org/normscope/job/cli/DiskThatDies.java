package org.normscope.job.cli;

import java.io.IOException;
import org.normscope.storage.ForwardingStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/** A storage whose files can be listed and no longer read. */
record DiskThatDies(Storage storage) implements ForwardingStorage {

    @Override
    public RangeReader open(String location) throws IOException {
        throw new IOException(location + ": the disk died");
    }
}
