package org.normscope.job.notebooks;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Jupyter notebook, format 4, as far as Java cells and their text output go. */
final class Notebook {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final JsonNode root;

    private Notebook(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    static Notebook read(Path file) throws IOException {
        return new Notebook(file, JSON.readTree(file.toFile()));
    }

    /** A code cell; storing an output changes the notebook in memory. */
    record Cell(ObjectNode node) {
        String id() {
            return node.path("id").asText();
        }

        String source() {
            return joined(node.path("source"));
        }

        /** Whether the output may differ from run to run: the cell has the tag {@code varies}. */
        boolean varies() {
            for (JsonNode tag : node.path("metadata").path("tags")) {
                if (tag.asText().equals("varies")) {
                    return true;
                }
            }
            return false;
        }

        /** Everything the cell has printed. */
        String output() {
            StringBuilder text = new StringBuilder();
            node.path("outputs").forEach(output -> text.append(joined(output.path("text"))));
            return text.toString();
        }

        void store(String output, int count) {
            node.put("execution_count", count);
            ArrayNode outputs = node.putArray("outputs");
            if (!output.isEmpty()) {
                ObjectNode stream = outputs.addObject().put("name", "stdout").put("output_type", "stream");
                ArrayNode lines = stream.putArray("text");
                output.lines().forEach(line -> lines.add(line + "\n"));
            }
        }

        private static String joined(JsonNode lines) {
            StringBuilder text = new StringBuilder();
            lines.forEach(line -> text.append(line.asText()));
            return text.toString();
        }
    }

    List<Cell> codeCells() {
        List<Cell> cells = new ArrayList<>();
        for (JsonNode cell : root.path("cells")) {
            if (cell.path("cell_type").asText().equals("code")) {
                cells.add(new Cell((ObjectNode) cell));
            }
        }
        return cells;
    }

    /** Writes it back as Jupyter does: one space of indentation, a line break at the end. */
    void write() throws IOException {
        DefaultIndenter indenter = new DefaultIndenter(" ", "\n");
        Separators separators =
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators)
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        Files.writeString(file, JSON.writer(printer).writeValueAsString(root) + "\n", StandardCharsets.UTF_8);
    }
}
