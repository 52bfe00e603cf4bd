package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.format.TensorBudget;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/** The largest headers that are accepted, and larger ones, in the heap of a small machine. */
class HeaderLimitsHeap256IT {
    private static final int MOST = TensorBudget.MOST_TENSORS;
    private static final int LONGEST = (int) (TensorBudget.MOST_NAME_CHARS / MOST);

    @TempDir
    Path home;

    @Test
    void readsAsManyTensorsAsAreAllowedInOneFile() throws Exception {
        Path file = home.resolve("model.safetensors");
        write(file, 0, MOST);
        assertThat(open(file).tensors()).hasSize(MOST);
    }

    @Test
    void refusesOneTensorMore() throws Exception {
        Path file = home.resolve("model.safetensors");
        write(file, 0, MOST + 1);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> open(file))
                .withMessageContaining("more than " + MOST + " tensors");
    }

    @Test
    void readsAsManyTensorsAsAreAllowedInIndexedShards() throws Exception {
        int shards = 4;
        int each = MOST / shards;
        for (int shard = 0; shard < shards; shard++) {
            write(home.resolve("s" + shard), shard * each, (shard + 1) * each);
        }
        try (PrintStream index = print(home.resolve("model.safetensors.index.json"))) {
            index.print("{\"weight_map\":{");
            for (int i = 0; i < MOST; i++) {
                index.print((i == 0 ? "\"" : ",\"") + name(i) + "\":\"s" + i / each + "\"");
            }
            index.print("}}");
        }
        assertThat(open(home).tensors()).hasSize(MOST);
    }

    @Test
    void refusesTheWorstHeadersWithinTheCap() throws Exception {
        int size = 99_999_000;
        refuses(out -> repeat(out, "{\"w\":{\"dtype\":\"U8\",\"shape\":[", "1,", size));
        refuses(out -> repeat(out, "{\"w\":{\"dtype\":\"U8\",\"shape\":[1", "0", size));
        refuses(out -> repeat(out, "{\"w\":{\"dtype\":\"", "U", size));
        refuses(out -> repeat(out, "{\"w", "w", size));
        refuses(out -> repeat(out, "{\"__metadata__\":{\"a\":\"b\"", ",\"a\":\"b\"", size));
        refuses(out -> repeat(out, "{\"__metadata__\":", "{\"a\":", size));
        refuses(out -> numbered(out, "{\"__metadata__\":{\"a\":\"b\"", ",\"%d\":\"\"", size / 12));
        String longName = "ж" + "n".repeat(990_000);
        refuses(out -> numbered(
                out, "{", "\"%d" + longName + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},", 99));
    }

    @Test
    void refusesTheWorstPlacesOfPieces() throws Exception {
        String begin = "{\"__metadata__\":{\"DCP_SHARDING_INFO\":\"{";
        int longest = 15_900_000;
        refuses(out -> repeat(out, begin, "x", 99_999_000));
        refuses(out -> numbered(out, begin, "\\\"%d\\\":{\\\"saved_offsets\\\":[]},", longest / 30));
        refuses(out -> repeat(out, begin + "\\\"w\\\":{\\\"saved_offsets\\\":[", "1,", longest));
        refuses(out -> repeat(out, begin + "\\\"w\\\":{\\\"x\\\":", "[", longest));
        refuses(out -> {
            repeat(out, begin + "\\\"w\\\":{\\\"logical_fqn\\\":\\\"", "ж", longest);
            out.print("\\\"}}\"}}");
        });
    }

    private void refuses(Consumer<PrintStream> header) throws IOException {
        Path file = home.resolve("worst.safetensors");
        try (PrintStream out = print(file)) {
            out.write(new byte[Long.BYTES], 0, Long.BYTES);
            header.accept(out);
        }
        putLength(file);
        assertThatExceptionOfType(BadCheckpointException.class).isThrownBy(() -> open(file));
    }

    private static void repeat(PrintStream out, String before, String text, int size) {
        out.print(before);
        byte[] block = text.repeat(1000).getBytes(StandardCharsets.UTF_8);
        for (int written = 0; written < size - block.length; written += block.length) {
            out.write(block, 0, block.length);
        }
    }

    private static void numbered(PrintStream out, String before, String pattern, int count) {
        out.print(before);
        for (int i = 0; i < count; i++) {
            out.print(pattern.replace("%d", Integer.toString(i)));
        }
    }

    private static Checkpoint open(Path path) throws BadCheckpointException, IOException {
        return Checkpoints.open(new LocalStorage(), path.toString());
    }

    private static void write(Path file, int from, int to) throws IOException {
        try (PrintStream out = print(file)) {
            out.write(new byte[Long.BYTES], 0, Long.BYTES);
            for (int i = from; i < to; i++) {
                out.print((i == from ? "{\"" : ",\"") + name(i)
                        + "\":{\"dtype\":\"BF16\",\"shape\":[4096,0],\"data_offsets\":[0,0]}");
            }
            out.print("}");
        }
        putLength(file);
    }

    private static String name(int i) {
        // As long as the budget for names allows, and of letters that take two bytes in memory.
        String name = "модель.layers." + i % 100 + ".mlp.experts." + i + ".down_proj.weight";
        return name + "x".repeat(LONGEST - name.length());
    }

    private static PrintStream print(Path file) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        return new PrintStream(out, false, StandardCharsets.UTF_8);
    }

    private static void putLength(Path file) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(out.length() - Long.BYTES)
                    .array());
        }
    }
}
