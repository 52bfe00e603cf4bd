package org.normscope.audit.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
            return expanded(file, origin, ModelValues.beside(storage, checkpoint), checkpoint);
        }
    }

    /**
     * The structure of a model whose config.json names its type; unknown where there is no such file, it names no type, or it can't be read, which
     * the checkpoint's notes say.
     */
    public Structure structure(Checkpoint checkpoint) {
        try {
            ModelValues config = ModelValues.beside(storage, checkpoint);
            String type = config.modelType().orElse(null);
            return type == null ? new Structure.Unknown() : structure(type, config, checkpoint);
        } catch (BadCheckpointException | IOException e) {
            return new Structure.Unknown();
        }
    }

    private Structure structure(String type, ModelValues config, Checkpoint checkpoint) {
        String file = HOME + type + ".json";
        ModelBound.Source source = new ModelBound.Source("template", type + ".json", "");
        try (RangeReader template = template(type)) {
            if (template == null) {
                return new Structure.Failed(
                        "there is no template for model_type " + Printable.quoted(type) + ": add " + HOME
                                + "MODEL_TYPE.json (docs/architectures.md), or describe the network with --network",
                        source);
            }
            source = NetworkDescription.source("template", file, template);
            return new Structure.Found(expanded(template, new Origin(file, source), config, checkpoint), List.of());
        } catch (BadCheckpointException | IOException e) {
            return new Structure.Failed(Printable.oneLine(String.valueOf(e.getMessage())), source);
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

    private static NetworkDescription expanded(
            RangeReader template, Origin origin, ModelValues config, Checkpoint checkpoint)
            throws BadCheckpointException, IOException {
        Set<String> names =
                checkpoint.tensors().stream().map(StoredTensor::name).collect(Collectors.toSet());
        Scope scope = Scope.of(origin.where(), config.values(), names::contains);
        return NetworkDescription.of(Expansion.of(JsonTree.read(origin.where(), template), scope), origin);
    }
}
