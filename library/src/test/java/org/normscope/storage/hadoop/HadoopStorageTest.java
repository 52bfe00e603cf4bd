package org.normscope.storage.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.storage.StorageContract;
import org.normscope.testing.HostileCorpus;

class HadoopStorageTest extends StorageContract {
    @TempDir
    Path home;

    private final HadoopStorage storage = new HadoopStorage(new Configuration());

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected String directory() {
        return "file:" + home;
    }

    @Override
    protected String put(String name, byte[] content) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return storage.child(directory(), name);
    }

    @Test
    void neverOpensAPipe() throws IOException {
        HostileCorpus.makeFifo(home.resolve("pipe"));
        assertThat(storage.kind(directory() + "/pipe")).isEqualTo(Storage.Kind.SPECIAL);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> storage.open(directory() + "/pipe"))
                .withMessageContaining("pipe");
    }

    @Test
    void ignoresAStaleChecksumFile() throws IOException {
        String file = put("a", new byte[2000]);
        put(".a.crc", new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4});
        try (RangeReader in = storage.open(file)) {
            in.readFully(0, new byte[2000], 0, 2000);
        }
    }

    @Test
    void saysWhatIsWrongWithAnUnknownSchemeOrHost() {
        for (String location : new String[] {"nosuch://a/b", "hdfs:///a", "s3a://bucket/a", "hdfs://a b/c"}) {
            assertThatExceptionOfType(IOException.class).as(location).isThrownBy(() -> storage.kind(location));
        }
    }

    @Test
    void takesItsConfigurationAlongWhenSent() throws IOException, ClassNotFoundException {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(new HadoopStorage(configuration));
        Storage sent = (Storage) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        String file = put("a", new byte[7]);
        try (RangeReader in = sent.open(file)) {
            assertThat(in.length()).isEqualTo(7);
        }
    }
}
