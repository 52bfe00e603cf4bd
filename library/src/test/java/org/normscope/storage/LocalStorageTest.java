package org.normscope.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.storage.Storage.Kind;
import org.normscope.testing.HostileCorpus;

class LocalStorageTest extends StorageContract {
    @TempDir
    Path home;

    private final LocalStorage storage = new LocalStorage();

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected String directory() throws IOException {
        return home.toString();
    }

    @Override
    protected String put(String name, byte[] content) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return file.toString();
    }

    @Test
    void neverOpensAPipe() throws IOException {
        Path pipe = home.resolve("pipe");
        HostileCorpus.makeFifo(pipe);
        assertThat(storage.kind(pipe.toString())).isEqualTo(Kind.SPECIAL);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> storage.open(pipe.toString()))
                .withMessageContaining("pipe");
    }

    @Test
    void takesADeviceForSpecial() throws IOException {
        assertThat(storage.kind("/dev/zero")).isEqualTo(Kind.SPECIAL);
    }

    @Test
    void takesACircleOfLinksForSpecialAndALinkToNothingForMissing() throws IOException {
        Path circle = Files.createSymbolicLink(home.resolve("circle"), Path.of("circle"));
        Path dangling = Files.createSymbolicLink(home.resolve("dangling"), Path.of("absent"));
        assertThat(storage.kind(circle.toString())).isEqualTo(Kind.SPECIAL);
        assertThat(storage.kind(dangling.toString())).isEqualTo(Kind.MISSING);
    }

    @Test
    void findsNothingUnderANameWithNul() throws IOException {
        assertThat(storage.kind("a\0b")).isEqualTo(Kind.MISSING);
    }

    @Test
    void decodesOnlyLocationsWithFileScheme() throws IOException {
        put("a%20b", new byte[1]);
        put("a b", new byte[2]);
        assertThat(length(home + "/a%20b")).isEqualTo(1);
        assertThat(length("file:" + home + "/a%20b")).isEqualTo(2);
        assertThat(length("file://" + home + "/a b")).isEqualTo(2);
        assertThat(length("FILE://localhost" + home + "/a%2520b")).isEqualTo(1);
        assertThat(length(home.toUri() + "a%20b")).isEqualTo(2);
    }

    @Test
    void childrenOfAUriAreEscaped() throws IOException {
        put("100% #1", new byte[3]);
        String child = storage.child("file://" + home, "100% #1");
        assertThat(length(child)).isEqualTo(3);
        assertThat(storage.name(child)).isEqualTo("100% #1");
    }

    @Test
    void refusesUrisThatNameNoLocalFile() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> storage.kind("file://elsewhere/a"))
                .withMessageContaining("another machine");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> storage.kind("file:a"))
                .withMessageContaining("absolute");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> storage.kind("file:/a%2"))
                .withMessageContaining("percent");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> storage.kind("file:/a%ff"))
                .withMessageContaining("percent");
    }

    @Test
    void readsBehindTwoGigabytes() throws IOException {
        Path file = home.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek(3L << 30);
            sparse.write(42);
        }
        try (RangeReader in = storage.open(file.toString())) {
            byte[] read = new byte[2];
            in.readFully((3L << 30) - 1, read, 0, 2);
            assertThat(read).containsExactly(0, 42);
        }
    }

    @Test
    void followsLinksIntoTheBlobsOfItsCacheOnly() throws IOException {
        String snapshot = home + "/cache/snapshots/rev/unet";
        put("cache/blobs/aaa", new byte[1]);
        put("cache/elsewhere/aaa", new byte[1]);
        put("cache/snapshots/rev/unet/plain", new byte[1]);
        Files.createSymbolicLink(Path.of(snapshot, "blob"), Path.of("../../../blobs/aaa"));
        Files.createSymbolicLink(Path.of(snapshot, "other"), Path.of("../../../elsewhere/aaa"));
        Files.createSymbolicLink(Path.of(snapshot, "inside"), Path.of("plain"));
        assertThat(storage.belongsTo(snapshot, snapshot + "/blob")).isTrue();
        assertThat(storage.belongsTo(snapshot, snapshot + "/inside")).isTrue();
        assertThat(storage.belongsTo(snapshot, snapshot + "/other")).isFalse();
    }

    @Test
    void canBeSentToAnExecutor() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(storage);
        assertThat(new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject())
                .isInstanceOf(LocalStorage.class);
    }

    private long length(String location) throws IOException {
        try (RangeReader in = storage.open(location)) {
            return in.length();
        }
    }

    @Test
    void onlyLocalLocationsBecomeAbsolute() throws IOException {
        assertThat(LocalStorage.absolute("a/b.safetensors"))
                .isEqualTo(Path.of("a/b.safetensors").toAbsolutePath().toString());
        assertThat(LocalStorage.absolute("hdfs://nn/a")).isEqualTo("hdfs://nn/a");
    }
}
