package org.normscope.job.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.format.safetensors.SafetensorsWriter.Part;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/**
 * The checkpoint of the demo: two shards and their index, as Hugging Face lays them out, in bfloat16. Beside the planted matrices it
 * holds what an audit leaves out: integers, and a matrix with a NaN.
 */
public final class DemoCheckpoint {
    private static final int SHARDS = 2;

    private DemoCheckpoint() {}

    /**
     * Writes it; the same bytes every time.
     *
     * @param folder is made if it isn't there; files in it are replaced
     * @throws IOException if it can't be written
     */
    public static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Part> parts = parts();
        int half = parts.size() / SHARDS;
        List<String> entries = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, SHARDS);
            List<Part> own = shard == 0 ? parts.subList(0, half) : parts.subList(half, parts.size());
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)))) {
                SafetensorsWriter.write(own, out);
            }
            own.forEach(part -> entries.add("    \"" + part.name() + "\": \"" + name + "\""));
        }
        String index = "{\n  \"metadata\": {\"total_size\": " + bytes(parts) + "},\n  \"weight_map\": {\n"
                + entries.stream().sorted().collect(Collectors.joining(",\n")) + "\n  }\n}\n";
        Files.writeString(folder.resolve("model.safetensors.index.json"), index, StandardCharsets.UTF_8);
    }

    private static List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        Planted.all().forEach(planted -> parts.add(planted.part()));
        parts.add(new Part("orthogonal.bias", DType.BF16, Shape.of(1024), out -> out.write(new byte[2 * 1024])));
        parts.add(new Part("position_ids", DType.I64, Shape.of(1, 64), DemoCheckpoint::positions));
        parts.add(new Part("broken.weight", DType.BF16, Shape.of(32, 32), DemoCheckpoint::oneNaN));
        return parts;
    }

    private static void positions(OutputStream out) throws IOException {
        byte[] number = new byte[Long.BYTES];
        for (byte i = 0; i < 64; i++) {
            number[0] = i;
            out.write(number);
        }
    }

    private static void oneNaN(OutputStream out) throws IOException {
        byte[] entries = new byte[2 * 32 * 32];
        entries[100] = (byte) 0xc0;
        entries[101] = (byte) 0x7f;
        out.write(entries);
    }

    private static long bytes(List<Part> parts) {
        return parts.stream()
                .mapToLong(part -> part.shape().elements() * part.dtype().bytes())
                .sum();
    }
}
