package org.normscope.storage;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which storage reads a location: the local disk for plain paths and {@code file:}, another one for every other scheme.
 * The other one is asked for only when a location needs it, so that a local audit loads no Hadoop class.
 */
public final class StorageChoice {
    private final Optional<Supplier<? extends Storage>> remote;

    private StorageChoice(Optional<Supplier<? extends Storage>> remote) {
        this.remote = remote;
    }

    /** Local files only. */
    public static StorageChoice localOnly() {
        return new StorageChoice(Optional.empty());
    }

    /** Local files, and this storage for everything else: {@code hdfs:}, {@code s3a:}. */
    public static StorageChoice orElse(Supplier<? extends Storage> remote) {
        return new StorageChoice(Optional.of(remote));
    }

    /**
     * The storage that can read a location.
     *
     * @throws IOException if the location has a scheme and only local files can be read
     */
    public Storage of(String location) throws IOException {
        if (LocalStorage.handles(location)) {
            return new LocalStorage();
        }
        return remote.orElseThrow(
                        () -> new IOException(
                                location
                                        + ": only local files can be read here; for another file system put hadoop-client on the class path"))
                .get();
    }
}
