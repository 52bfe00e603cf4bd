package org.normscope.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A storage as it will be when the temporary files of one folder have their final names. Travels to other machines as far as the storage
 * does.
 */
final class UnpublishedStorage implements ForwardingStorage, Serializable {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // A storage that is sent to other machines is serializable.
    private final Storage storage;

    private final String folder;
    private final HashMap<String, String> temporaryNames;
    private final HashSet<String> removed;
    /** Locations of what will be gone. */
    private final HashSet<String> gone = new HashSet<>();
    /** Where what will lie at a location lies now. */
    private final HashMap<String, String> places = new HashMap<>();

    /**
     * @param folder its location, as checkpoints in it are opened
     * @param temporaryNames by final name
     * @param removed names that will be gone
     */
    UnpublishedStorage(Storage storage, String folder, Map<String, String> temporaryNames, Set<String> removed) {
        this.storage = storage;
        this.folder = folder;
        this.temporaryNames = new HashMap<>(temporaryNames);
        this.removed = new HashSet<>(removed);
        temporaryNames.forEach(
                (name, temporary) -> places.put(storage.child(folder, name), storage.child(folder, temporary)));
        removed.forEach(name -> gone.add(storage.child(folder, name)));
    }

    @Override
    public Storage storage() {
        return storage;
    }

    private String place(String location) {
        return places.getOrDefault(location, location);
    }

    @Override
    public Kind kind(String location) throws IOException {
        return gone.contains(location) ? Kind.MISSING : storage.kind(place(location));
    }

    @Override
    public RangeReader open(String location) throws IOException {
        if (gone.contains(location)) {
            throw new FileNotFoundException(location + ": will be removed");
        }
        return storage.open(place(location));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> found = storage.list(directory);
        if (!directory.equals(folder)) {
            return found;
        }
        return Stream.concat(found.stream(), temporaryNames.keySet().stream())
                .filter(name -> !removed.contains(name) && !temporaryNames.containsValue(name))
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public long lastWritten(String location) throws IOException {
        return storage.lastWritten(place(location));
    }

    @Override
    public boolean belongsTo(String directory, String location) throws IOException {
        return storage.belongsTo(directory, place(location));
    }
}
