package org.normscope.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.normscope.testing.MemoryStorage;

class CountingStorageTest extends StorageContract {
    private final MemoryStorage memory = new MemoryStorage().with("home", Storage.Kind.DIRECTORY);
    private final CountingStorage storage = new CountingStorage(memory);

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
        memory.with("home/" + name, content);
        return "home/" + name;
    }

    @Test
    void countsWhatAllReadersDelivered() throws IOException {
        put("a", new byte[100]);
        try (RangeReader one = storage.open("home/a");
                RangeReader other = storage.open("home/a")) {
            one.readFully(0, new byte[60], 0, 60);
            other.readFully(90, new byte[10], 0, 10);
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> other.readFully(90, new byte[11], 0, 11));
        }
        assertThat(storage.bytesRead()).isEqualTo(70);
    }
}
