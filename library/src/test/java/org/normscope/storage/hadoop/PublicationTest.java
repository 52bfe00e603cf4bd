package org.normscope.storage.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Publication;

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
    void existingFileIsReplacedWhereAllowed(String kind) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("a"), "old");
        try (Publication publication = Publication.prepare(target(kind), List.of("a"), Existing.REPLACED)) {
            publication.write("a", out -> out.write(text("new")));
            publication.publish();
        }

        assertThat(folder.resolve("a")).hasContent("new");
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
