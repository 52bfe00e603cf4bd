package org.normscope.testing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The hostile corpus: {@code hostile/manifest.json} in the corpus folder, and the files that are made at run time. */
public final class HostileCorpus {
    private static final Path FOLDER = Suite.corpusFolder().resolve("hostile");

    private HostileCorpus() {}

    /** All cases of these formats, in the order of the manifest. */
    public static List<HostileCase> cases(String... formats) throws IOException {
        Set<String> wanted = Set.copyOf(Arrays.asList(formats));
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .build();
        JsonNode manifest = new ObjectMapper(factory)
                .readTree(FOLDER.resolve("manifest.json").toFile());
        return StreamSupport.stream(manifest.path("cases").spliterator(), false)
                .filter(node -> wanted.contains(node.path("format").asText()))
                .map(HostileCase::of)
                .toList();
    }

    /**
     * What to hand to the product: a file or directory of the corpus, or one that is made now.
     *
     * @param scratch an empty folder, for what is made
     */
    public static Path locate(HostileCase hostile, Path scratch) throws IOException {
        if (hostile.build().isEmpty()) {
            return FOLDER.resolve(hostile.file());
        }
        Path home = scratch.resolve("runtime").resolve(hostile.id());
        for (JsonNode item : hostile.build().get()) {
            Path file = home.resolve(item.path("path").asText());
            Files.createDirectories(file.getParent());
            if (item.has("symlink")) {
                Files.createSymbolicLink(file, Path.of(item.path("symlink").asText()));
            } else if (item.path("fifo").asBoolean()) {
                makeFifo(file);
            } else {
                write(item, file);
            }
        }
        return scratch.resolve(hostile.file());
    }

    /** Makes a named pipe. */
    public static void makeFifo(Path file) throws IOException {
        try {
            int status = new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
            if (status != 0) {
                throw new IOException("mkfifo ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Removes what was made, links not followed. */
    public static void clean(Path scratch) throws IOException {
        try (Stream<Path> below = Files.walk(scratch)) {
            below.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void write(JsonNode item, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (JsonNode part : item.path("parts")) {
                writePart(part, out);
            }
        }
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            if (item.has("sparse")) {
                random.setLength(item.path("sparse").asLong());
            }
            for (JsonNode patch : item.path("patch")) {
                random.seek(patch.path("at").asLong());
                random.write(HexFormat.of().parseHex(patch.path("hex").asText()));
            }
        }
    }

    private static void writePart(JsonNode part, OutputStream out) throws IOException {
        if (part.has("numbered")) {
            String pattern = part.path("numbered").asText();
            for (long i = part.path("from").asLong(); i < part.path("to").asLong(); i++) {
                Object[] numbers =
                        new Object[(int) pattern.chars().filter(c -> c == '%').count()];
                Arrays.fill(numbers, i);
                out.write(pattern.formatted(numbers).getBytes(StandardCharsets.UTF_8));
            }
            return;
        }
        byte[] bytes = part.has("hex")
                ? HexFormat.of().parseHex(part.path("hex").asText())
                : part.path("text").asText().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < part.path("times").asInt(1); i++) {
            out.write(bytes);
        }
    }
}
