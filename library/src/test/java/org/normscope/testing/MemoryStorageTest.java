package org.normscope.testing;

import org.normscope.storage.Storage;
import org.normscope.storage.StorageContract;

class MemoryStorageTest extends StorageContract {
    private final MemoryStorage storage = new MemoryStorage().with("home", Storage.Kind.DIRECTORY);

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected String directory() {
        return "home";
    }

    @Override
    protected String put(String name, byte[] content) {
        storage.with("home/" + name, content);
        return "home/" + name;
    }
}
