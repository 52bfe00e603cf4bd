package org.normscope.storage;

import java.io.IOException;
import java.util.List;

/** A storage that answers as another one does, but for what it overrides. */
public interface ForwardingStorage extends Storage {
    /** The other one. */
    Storage storage();

    @Override
    default Kind kind(String location) throws IOException {
        return storage().kind(location);
    }

    @Override
    default RangeReader open(String location) throws IOException {
        return storage().open(location);
    }

    @Override
    default List<String> list(String directory) throws IOException {
        return storage().list(directory);
    }

    @Override
    default long lastWritten(String location) throws IOException {
        return storage().lastWritten(location);
    }

    @Override
    default String child(String directory, String name) {
        return storage().child(directory, name);
    }

    @Override
    default String name(String location) {
        return storage().name(location);
    }

    @Override
    default String parent(String location) {
        return storage().parent(location);
    }

    @Override
    default boolean belongsTo(String directory, String location) throws IOException {
        return storage().belongsTo(directory, location);
    }
}
