package org.normscope.testing;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.normscope.storage.ForwardingStorage;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/** The local disk, with a record of every file that was opened and every folder that was listed. */
public final class RecordingStorage implements ForwardingStorage {
    private final Storage storage = new LocalStorage();
    private final Set<String> touched = new ConcurrentSkipListSet<>();

    @Override
    public Storage storage() {
        return storage;
    }

    /** What was opened or listed, as it was asked for. */
    public Set<String> touched() {
        return Set.copyOf(touched);
    }

    @Override
    public RangeReader open(String location) throws IOException {
        touched.add(location);
        return storage.open(location);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        touched.add(directory);
        return storage.list(directory);
    }
}
