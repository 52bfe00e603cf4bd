package org.normscope.testing;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/** The local disk, with a record of every file that was opened and every folder that was listed. */
public final class RecordingStorage implements Storage {
    private final Storage storage = new LocalStorage();
    private final Set<String> touched = new ConcurrentSkipListSet<>();

    /** What was opened or listed, as it was asked for. */
    public Set<String> touched() {
        return Set.copyOf(touched);
    }

    @Override
    public Kind kind(String location) throws IOException {
        return storage.kind(location);
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

    @Override
    public String child(String directory, String name) {
        return storage.child(directory, name);
    }

    @Override
    public String name(String location) {
        return storage.name(location);
    }

    @Override
    public String parent(String location) {
        return storage.parent(location);
    }

    @Override
    public boolean belongsTo(String directory, String location) throws IOException {
        return storage.belongsTo(directory, location);
    }
}
