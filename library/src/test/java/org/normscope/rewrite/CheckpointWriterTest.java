package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.OutputFolder;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.ForwardingFolder;
import org.normscope.testing.MemoryStorage;

class CheckpointWriterTest {
    @TempDir
    private Path folder;

    private static Sketch sketch() {
        return new Sketch()
                .with("z.weight", DType.BF16, 3, 5)
                .with("empty", 0, 4)
                .with("scalar", DType.F64)
                .with("é\n.codes", DType.U8, 7)
                .with("a.weight", 40, 2);
    }

    private static List<NewTensor> copies(Checkpoint checkpoint) throws BadCheckpointException {
        List<NewTensor> copies = new ArrayList<>();
        for (var tensor : checkpoint.tensors()) {
            copies.add(NewTensor.copy(checkpoint, tensor, tensor.name()));
        }
        return copies;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aCopyHasTheSameTensorsInTheSameOrderHoweverItIsSharded() throws Exception {
        Sketch old = sketch();
        var expected =
                List.copyOf(Loaded.tensors(old.storage(), old.checkpoint()).entrySet());
        for (long shard : new long[] {1, 30, 40, 1 << 20}) {
            Checkpoint copy =
                    Loaded.written(copies(old.checkpoint()), shard, old.storage(), folder.resolve("shard" + shard));
            assertThat(List.copyOf(Loaded.tensors(new LocalStorage(), copy).entrySet()))
                    .as("shards of %d bytes", shard)
                    .isEqualTo(expected);
            assertThat(copy.notes()).isEmpty();
        }
    }

    @Test
    void theSameTensorsGiveTheSameBytes() throws Exception {
        Sketch old = sketch();
        for (String place : List.of("one", "two")) {
            Loaded.written(copies(old.checkpoint()), 40, old.storage(), folder.resolve(place));
        }
        try (Stream<Path> files = Files.list(folder.resolve("one"))) {
            for (Path file : files.toList()) {
                assertThat(file).hasSameBinaryContentAs(folder.resolve("two").resolve(file.getFileName()));
            }
        }
    }

    @Test
    void theIndexNamesEveryTensorsFileAndTheirBytes() throws Exception {
        Sketch old = sketch();
        Loaded.written(copies(old.checkpoint()), 40, old.storage(), folder);
        JsonNode index = new ObjectMapper()
                .readTree(folder.resolve("model.safetensors.index.json").toFile());
        assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(30 + 0 + 8 + 7 + 320);
        assertThat(index.path("weight_map").path("é\n.codes").asText()).isEqualTo("model-00002-of-00003.safetensors");
        assertThat(index.path("weight_map")).hasSize(5);
    }

    @Test
    void filesSayThatTorchMayReadThem() throws Exception {
        Sketch old = sketch();
        Loaded.written(copies(old.checkpoint()), 1 << 20, old.storage(), folder);
        byte[] file = Files.readAllBytes(folder.resolve("model.safetensors"));
        assertThat(new String(file, 8, 60, StandardCharsets.UTF_8))
                .startsWith("{\"__metadata__\":{\"format\":\"pt\"},");
    }

    @Test
    void existingFilesAreRefusedAndStay() throws Exception {
        Files.writeString(folder.resolve("model.safetensors"), "old");
        Sketch old = sketch();
        assertThatThrownBy(() -> Loaded.written(copies(old.checkpoint()), 1 << 20, old.storage(), folder))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(folder.resolve("model.safetensors")).hasContent("old");
    }

    @Test
    void anIndexThatWouldHideTheNewFileIsRefusedOrRemoved() throws Exception {
        Sketch old = sketch();
        ShardPlan plan = ShardPlan.of(copies(old.checkpoint()), 1 << 20);
        Loaded.written(copies(old.checkpoint()), 40, old.storage(), folder);
        assertThatThrownBy(() -> CheckpointWriter.prepare(plan, new LocalFolder(folder), Existing.REFUSED))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("index.json");
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(folder), Existing.REPLACED)) {
            writer.write(ShardEngine.local(1), old.storage());
            writer.publish();
        }
        assertThat(names()).contains("model.safetensors").doesNotContain("model.safetensors.index.json");
    }

    @Test
    void aSourceThatFailsLeavesNothing() throws Exception {
        Sketch old = sketch();
        List<NewTensor> tensors = copies(old.checkpoint());
        assertThatThrownBy(() -> Loaded.written(tensors, 40, new MemoryStorage(), folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("-of-00003.safetensors: writing it failed");
        assertThat(names()).isEmpty();
    }

    @Test
    void aContentOfAnotherLengthLeavesNothing() throws Exception {
        NewTensor wrong = new NewTensor("a", DType.F32, Shape.of(2), (storage, out) -> out.write(new byte[7]));
        assertThatThrownBy(() -> Loaded.written(List.of(wrong), 40, new MemoryStorage(), folder))
                .hasMessageContaining("7 bytes were given");
        assertThat(names()).isEmpty();
    }

    @Test
    void aDiskThatGivesBackOtherBytesIsFoundOut() throws Exception {
        Sketch old = sketch();
        ShardPlan plan = ShardPlan.of(copies(old.checkpoint()), 1 << 20);
        try (CheckpointWriter writer =
                CheckpointWriter.prepare(plan, new Forgetful(new LocalFolder(folder)), Existing.REFUSED)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> writer.write(ShardEngine.local(1), old.storage()))
                    .withMessageContaining("what was read back isn't what was written");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void nothingIsVisibleBeforeItIsPublished() throws Exception {
        Sketch old = sketch();
        ShardPlan plan = ShardPlan.of(copies(old.checkpoint()), 40);
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(folder), Existing.REFUSED)) {
            List<WrittenFile> files = writer.write(ShardEngine.local(2), old.storage());
            assertThat(files).extracting(WrittenFile::name).isEqualTo(plan.files());
            assertThat(writer.bytesWritten())
                    .isEqualTo(files.stream().mapToLong(WrittenFile::bytes).sum());
            assertThat(names()).hasSize(4).allMatch(name -> name.startsWith(".") && name.endsWith(".tmp"));
            assertThatExceptionOfType(BadCheckpointException.class)
                    .isThrownBy(() -> Checkpoints.open(new LocalStorage(), folder.toString()));
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aDiskThatIsFullAtAnyByteLeavesNothing() throws Exception {
        Sketch old = sketch();
        ShardPlan plan = ShardPlan.of(copies(old.checkpoint()), 40);
        long needed = 0;
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(folder), Existing.REFUSED)) {
            for (WrittenFile file : writer.write(ShardEngine.local(1), old.storage())) {
                needed += file.bytes();
            }
        }
        for (long room = needed - 1; room >= 0; room -= 50) {
            OutputFolder full = new FullDisk(new LocalFolder(folder), new AtomicLong(room));
            try (CheckpointWriter writer = CheckpointWriter.prepare(plan, full, Existing.REFUSED)) {
                assertThatExceptionOfType(IOException.class)
                        .as("room for %d bytes", room)
                        .isThrownBy(() -> writer.write(ShardEngine.local(2), old.storage()))
                        .withMessageMatching("(?s).*/model.*: writing it failed: No space left on device");
            }
            assertThat(names()).as("room for %d bytes", room).isEmpty();
        }
    }

    @Test
    void attemptsAtOneShardDoNotMeet() throws Exception {
        Sketch old = sketch();
        ShardPlan plan = ShardPlan.of(copies(old.checkpoint()), 1 << 20);
        Shard shard = plan.shards().get(0);
        ShardWriter writer = new ShardWriter(old.storage(), new LocalFolder(folder), "m");
        ShardWriter.Draft first = writer.write(shard, "1");
        ShardWriter.Draft second = writer.write(shard, "2");
        assertThat(first.file()).isEqualTo(second.file());
        assertThat(first.temporary()).isNotEqualTo(second.temporary());
        assertThat(names()).containsExactlyInAnyOrder(first.temporary(), second.temporary());
    }

    /** A disk with so many bytes left. */
    private record FullDisk(OutputFolder folder, AtomicLong room) implements ForwardingFolder {
        @Override
        public OutputStream create(String name) throws IOException {
            return new FilterOutputStream(folder.create(name)) {
                @Override
                public void write(byte[] bytes, int offset, int count) throws IOException {
                    int fits = (int) Math.max(0, Math.min(count, room.getAndAdd(-count)));
                    out.write(bytes, offset, fits);
                    if (fits < count) {
                        throw new IOException("No space left on device");
                    }
                }
            };
        }

        @Override
        public void delete(String name) throws IOException {
            folder.delete(name);
        }
    }

    /** A folder whose files have one wrong bit when they are read. */
    private record Forgetful(OutputFolder folder) implements ForwardingFolder {
        @Override
        public InputStream open(String name) throws IOException {
            try (InputStream in = folder.open(name)) {
                byte[] bytes = in.readAllBytes();
                bytes[bytes.length - 1] ^= 1;
                return new ByteArrayInputStream(bytes);
            }
        }

        @Override
        public void delete(String name) throws IOException {
            folder.delete(name);
        }
    }

    @Test
    void anotherCheckpointInTheSameFolderIsNotTheOneThatWasWritten() throws Exception {
        Sketch old = sketch();
        ShardPlan plan = ShardPlan.of(copies(old.checkpoint()), 1 << 20);
        Loaded.written(
                copies(new Sketch().with("other", 2, 2).checkpoint()),
                1 << 20,
                new Sketch().with("other", 2, 2).storage(),
                folder);
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(folder), Existing.REPLACED)) {
            Checkpoint found = Checkpoints.open(new LocalStorage(), folder.toString());
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> writer.requireSame(found))
                    .withMessageContaining("tensor 1 of the new checkpoint");
        }
    }
}
