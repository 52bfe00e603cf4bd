package org.normscope.storage.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Publication;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.storage.TemporaryFiles;

class PublicationTest {
    @TempDir
    private Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void nameAFolder() {
        folder = temporary.resolve("deep/er");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "hadoop"})
    void filesAppearTogetherAndNothingElseStays(String kind) throws IOException {
        try (Publication publication = Publication.prepare(target(kind), List.of("a", "b"), Existing.REFUSED)) {
            publication.write("a", out -> out.write(text("one")));
            publication.write("b", out -> out.write(text("two")));
            assertThat(folder.resolve("a")).doesNotExist();
            publication.publish();
        }

        assertThat(folder.resolve("a")).hasContent("one");
        assertThat(names()).filteredOn(name -> !name.endsWith(".crc")).containsExactly("a", "b");
    }

    @Test
    void localFoldersGetNoChecksumFiles() throws IOException {
        filesAppearTogetherAndNothingElseStays("local");

        assertThat(names()).containsExactly("a", "b");
    }

    @Test
    void failingContentLeavesNothing() throws IOException {
        Publication publication = Publication.prepare(target("local"), List.of("a"), Existing.REFUSED);
        assertThatThrownBy(() -> publication.write("a", out -> {
                    out.write(text("half"));
                    throw new IOException("the disk is full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a: writing it failed: the disk is full");
        publication.close();

        assertThat(names()).isEmpty();
    }

    @Test
    void nothingAppearsOnceTheProcessIsEnding() throws IOException {
        try (Publication publication = Publication.prepare(target("local"), List.of("a", "b"), Existing.REFUSED)) {
            publication.write("a", out -> out.write(text("one")));
            publication.end();

            assertThatThrownBy(() -> publication.write("b", out -> out.write(text("two"))))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(publication::publish).isInstanceOf(IOException.class);
            assertThat(names()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "hadoop"})
    void existingFileIsRefusedBeforeAnythingIsWritten(String kind) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("b"), "old");

        assertThatThrownBy(() -> Publication.prepare(target(kind), List.of("a", "b"), Existing.REFUSED))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageEndingWith("/b");
        assertThat(folder.resolve("b")).hasContent("old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "hadoop"})
    void whatSomebodyElseWroteMeanwhileIsNotReplaced(String kind) throws IOException {
        try (Publication publication = Publication.prepare(target(kind), List.of("a", "b"), Existing.REFUSED)) {
            publication.write("a", out -> out.write(text("ours")));
            publication.write("b", out -> out.write(text("ours")));
            Files.writeString(folder.resolve("b"), "theirs");
            assertThatThrownBy(publication::publish)
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageEndingWith("/b");
        }

        assertThat(folder.resolve("b")).hasContent("theirs");
        assertThat(names()).filteredOn(name -> !name.endsWith(".crc")).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "hadoop"})
    void existingFileIsReplacedWhereAllowed(String kind) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("a"), "old");
        try (Publication publication = Publication.prepare(target(kind), List.of("a"), Existing.REPLACED)) {
            publication.write("a", out -> out.write(text("new")));
            publication.publish();
        }

        assertThat(folder.resolve("a")).hasContent("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "hadoop"})
    void whatAnotherProcessWroteIsTakenOverAndWhatNobodyTookGoes(String kind) throws Exception {
        try (Publication publication = Publication.prepare(target(kind), List.of("a"), Existing.REFUSED)) {
            TemporaryFiles elsewhere = sent(publication.scratch());
            String first = Publication.temporaryName("a", publication.mark() + "-1");
            String second = Publication.temporaryName("a", publication.mark() + "-2");
            write(elsewhere, first, "one");
            write(elsewhere, second, "two");
            publication.adopt("a", second);
            assertThat(folder.resolve("a")).doesNotExist();
            publication.publish();
        }

        assertThat(folder.resolve("a")).hasContent("two");
        assertThat(names()).filteredOn(name -> !name.endsWith(".crc")).containsExactly("a");
    }

    @Test
    void aFileThatThisMachineDoesNotSeeIsNotTakenOver() throws IOException {
        try (Publication publication = Publication.prepare(target("local"), List.of("a"), Existing.REFUSED)) {
            assertThatThrownBy(() -> publication.adopt("a", ".a.tmp"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("give a folder that all machines of the cluster share");
        }
    }

    @Test
    void othersOfThisProcessWriteNothingOnceItIsEnding() throws IOException {
        try (Publication publication = Publication.prepare(target("local"), List.of("a"), Existing.REFUSED)) {
            TemporaryFiles files = publication.scratch();
            write(files, Publication.temporaryName("a", publication.mark() + "-1"), "one");
            publication.end();

            assertThatThrownBy(() -> files.create("b")).isInstanceOf(IOException.class);
            assertThat(names()).isEmpty();
        }
    }

    @Test
    void whatCannotBePublishedWholeIsTakenBack() throws IOException {
        try (Publication publication = Publication.prepare(target("local"), List.of("a", "b"), Existing.REFUSED)) {
            publication.write("a", out -> out.write(text("one")));
            publication.write("b", out -> out.write(text("two")));
            // A folder that isn't empty can't be replaced by a file.
            Files.createDirectories(folder.resolve("b/c"));

            assertThatThrownBy(publication::publish).isInstanceOf(IOException.class);
        }

        assertThat(names()).containsExactly("b");
        assertThat(folder.resolve("b/c")).exists();
    }

    @Test
    void filesAreReadUnderTheirFinalNamesBeforeTheyHaveThem() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("a"), "old");
        Files.writeString(folder.resolve("gone"), "old");
        Files.writeString(folder.resolve("other"), "other");
        LocalStorage disk = new LocalStorage();
        String location = folder.toString();
        try (Publication publication = Publication.prepare(target("local"), List.of("a", "b"), Existing.REPLACED)) {
            publication.write("a", out -> out.write(text("new")));
            publication.write("b", out -> out.write(text("b")));
            Storage seen = publication.unpublished(disk, location, Set.of("gone", "never there"));

            assertThat(seen.list(location)).containsExactly("a", "b", "other");
            assertThat(seen.kind(seen.child(location, "b"))).isEqualTo(Storage.Kind.FILE);
            assertThat(seen.lastWritten(seen.child(location, "b"))).isPositive();
            assertThat(seen.kind(seen.child(location, "gone"))).isEqualTo(Storage.Kind.MISSING);
            assertThatThrownBy(() -> seen.open(seen.child(location, "gone"))).isInstanceOf(IOException.class);
            assertThat(seen.belongsTo(location, seen.child(location, "b"))).isTrue();
            assertThat(content(sent(seen), seen.child(location, "a"))).isEqualTo("new");
            assertThat(content(seen, seen.child(location, "other"))).isEqualTo("other");
            assertThat(content(disk, seen.child(location, "a"))).isEqualTo("old");
        }
    }

    private static String content(Storage storage, String location) throws IOException {
        try (RangeReader in = storage.open(location)) {
            byte[] bytes = new byte[(int) in.length()];
            in.readFully(0, bytes, 0, bytes.length);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static void write(TemporaryFiles files, String name, String content) throws IOException {
        try (OutputStream out = files.create(name)) {
            out.write(text(content));
        }
    }

    /** As it arrives on another machine. */
    @SuppressWarnings("unchecked")
    private static <T> T sent(T object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void fileInPlaceOfAFolderIsSaidSo() throws IOException {
        Files.createDirectories(temporary.resolve("deep"));
        Files.writeString(folder, "a file");

        assertThatThrownBy(() -> Publication.prepare(target("local"), List.of("a"), Existing.REFUSED))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a folder");
    }

    private OutputFolder target(String kind) throws IOException {
        return kind.equals("local")
                ? new LocalFolder(folder)
                : new HadoopFolder(folder.toUri().toString(), new Configuration());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
