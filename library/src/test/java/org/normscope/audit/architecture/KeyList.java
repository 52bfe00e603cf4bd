package org.normscope.audit.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * The tensors of a published model, by name and shape, and its config.json: no numbers.
 *
 * @param config as JSON
 * @param shapes by name, in order
 */
record KeyList(String config, Map<String, Shape> shapes) {
    private static final Pattern RANGE = Pattern.compile("\\{(\\d+)-(\\d+)}");

    /** Reads {@code TYPE.json}, where {@code {0-31}} stands for 32 names. */
    static KeyList of(String type) throws IOException {
        try (InputStream in = Objects.requireNonNull(KeyList.class.getResourceAsStream(type + ".json"))) {
            JsonNode tree = new ObjectMapper().readTree(in);
            Map<String, Shape> shapes = new LinkedHashMap<>();
            tree.path("keys").fields().forEachRemaining(entry -> {
                long[] dims = new long[entry.getValue().size()];
                for (int i = 0; i < dims.length; i++) {
                    dims[i] = entry.getValue().get(i).asLong();
                }
                names(entry.getKey()).forEach(name -> shapes.put(name, Shape.of(dims)));
            });
            return new KeyList(tree.path("config").toString(), shapes);
        }
    }

    private static List<String> names(String pattern) {
        Matcher range = RANGE.matcher(pattern);
        if (!range.find()) {
            return List.of(pattern);
        }
        List<String> names = new ArrayList<>();
        for (int i = Integer.parseInt(range.group(1)); i <= Integer.parseInt(range.group(2)); i++) {
            names.addAll(names(pattern.substring(0, range.start()) + i + pattern.substring(range.end())));
        }
        return names;
    }

    /** A checkpoint of these tensors in one file of zeros. */
    Checkpoint checkpoint(String file) {
        List<StoredTensor> tensors = new ArrayList<>();
        long offset = 0;
        for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
            tensors.add(StoredTensor.contiguous(entry.getKey(), DType.BF16, entry.getValue(), 0, offset));
            offset += 2 * entry.getValue().elements();
        }
        CheckpointFile whole = new CheckpointFile(file, file, offset, "0".repeat(64));
        return new Checkpoint(file, "safetensors", List.of(whole), tensors, List.of(), Optional.empty());
    }
}
