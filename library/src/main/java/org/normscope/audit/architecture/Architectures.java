package org.normscope.audit.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.JsonTree;
import org.normscope.audit.network.NetworkDescription;
import org.normscope.audit.network.NetworkDescription.Origin;
import org.normscope.audit.result.ModelBound;
import org.normscope.storage.BytesReader;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/**
 * Templates of network descriptions, one for each model type that config.json may name: docs/architectures.md. Those in a folder go before those
 * that the library brings.
 *
 * @param storage where checkpoints lie
 * @param folder of more templates, {@code MODEL_TYPE.json}; null for none
 */
public record Architectures(Storage storage, @Nullable Path folder) {
    /** Where templates live, as users know it. */
    private static final String HOME = "conf/architectures/";

    /** The file of {@link Recognition} rules among them. */
    private static final String RULES = "recognize";

    private static final String RESOURCES = "/org/normscope/architectures/";
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");

    /**
     * A user's description, which may be a template for the checkpoint's config.json.
     *
     * @param files where the description lies
     * @param location a JSON file
     * @throws BadCheckpointException if it is no description, or asks config.json for what isn't there
     * @throws IOException if the storage fails
     */
    public NetworkDescription description(Checkpoint checkpoint, Storage files, String location)
            throws BadCheckpointException, IOException {
        try (RangeReader file = files.open(location)) {
            Origin origin = new Origin(location, NetworkDescription.source("description", location, file));
            Map<String, Object> values = ModelValues.beside(storage, checkpoint).values();
            return expanded(file, origin, values, shapes(checkpoint));
        }
    }

    /**
     * The structure of a model whose config.json names its type, or whose tensors are those of a known one where no type is named; unknown where
     * neither holds, or config.json can't be read, which the checkpoint's notes say.
     */
    public Structure structure(Checkpoint checkpoint) {
        try {
            ModelValues config = ModelValues.beside(storage, checkpoint);
            String type = config.modelType().orElse(null);
            return type == null ? recognized(config, checkpoint) : structure(type, config, checkpoint);
        } catch (BadCheckpointException | IOException e) {
            return new Structure.Unknown();
        }
    }

    private Structure structure(String type, ModelValues config, Checkpoint checkpoint) {
        ModelBound.Source source = new ModelBound.Source("template", type + ".json", "");
        try (RangeReader template = template(type)) {
            if (template == null) {
                return new Structure.Failed(
                        "there is no template for model_type " + Printable.quoted(type) + ": add " + HOME
                                + "MODEL_TYPE.json (docs/architectures.md), or describe the network with --network",
                        source);
            }
            Origin origin = origin(type, template);
            source = origin.source();
            return new Structure.Found(expanded(template, origin, config.values(), shapes(checkpoint)), List.of());
        } catch (BadCheckpointException | IOException e) {
            return failed(e, source);
        }
    }

    private static Structure failed(Exception e, ModelBound.Source source) {
        return new Structure.Failed(Printable.oneLine(String.valueOf(e.getMessage())), source);
    }

    private static Origin origin(String type, RangeReader template) throws IOException {
        String file = HOME + type + ".json";
        return new Origin(file, NetworkDescription.source("template", file, template));
    }

    /** The structure that names and shapes of tensors say: by the first rule whose tensors are all there. */
    private Structure recognized(ModelValues config, Checkpoint checkpoint) {
        Map<String, List<Long>> shapes = shapes(checkpoint);
        ModelBound.Source source = new ModelBound.Source("template", RULES + ".json", "");
        try (RangeReader rules = template(RULES)) {
            if (rules == null) {
                return new Structure.Unknown();
            }
            for (Recognition rule : Recognition.read(HOME + RULES + ".json", rules)) {
                String prefix = rule.prefix(shapes).orElse(null);
                if (prefix != null) {
                    return recognized(rule.template(), prefix, config, shapes);
                }
            }
            return new Structure.Unknown();
        } catch (BadCheckpointException | IOException e) {
            return failed(e, source);
        }
    }

    private Structure recognized(String name, String prefix, ModelValues config, Map<String, List<Long>> shapes) {
        ModelBound.Source source = new ModelBound.Source("template", name + ".json", "");
        try (RangeReader template = template(name)) {
            if (template == null) {
                throw new BadCheckpointException(
                        HOME + RULES + ".json: there is no template " + Printable.quoted(name));
            }
            Origin origin = origin(name, template);
            source = origin.source();
            Map<String, Object> values = new HashMap<>(config.values());
            values.put("prefix", prefix);
            NetworkDescription description = expanded(template, origin, values, shapes);
            List<String> unnamed = description.unnamed(shapes.keySet().stream()
                    .filter(one -> one.startsWith(prefix))
                    .toList());
            return unnamed.isEmpty()
                    ? new Structure.Found(description, List.of())
                    : new Structure.Failed(
                            "the tensors look like those of " + origin.where() + ", which has no "
                                    + Printable.quoted(unnamed.get(0)) + "; describe the network with --network",
                            source);
        } catch (BadCheckpointException | IOException e) {
            return failed(e, source);
        }
    }

    /** The template for a type; null where there is none. */
    private @Nullable RangeReader template(String type) throws IOException {
        if (!FILE_NAME.matcher(type).matches()) {
            return null;
        }
        Path own = folder == null ? null : folder.resolve(type + ".json");
        if (own != null && Files.isRegularFile(own)) {
            return new BytesReader(Files.readAllBytes(own));
        }
        try (InputStream resource = Architectures.class.getResourceAsStream(RESOURCES + type + ".json")) {
            return resource == null ? null : new BytesReader(resource.readAllBytes());
        }
    }

    private static Map<String, List<Long>> shapes(Checkpoint checkpoint) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (StoredTensor tensor : checkpoint.tensors()) {
            shapes.put(tensor.name(), tensor.shape().dims());
        }
        return shapes;
    }

    private static NetworkDescription expanded(
            RangeReader template, Origin origin, Map<String, Object> values, Map<String, List<Long>> shapes)
            throws BadCheckpointException, IOException {
        Scope scope = Scope.of(origin.where(), values, shapes);
        return NetworkDescription.of(Expansion.of(JsonTree.read(origin.where(), template), scope), origin);
    }
}
