package org.normscope.audit.network.onnx;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.network.NetworkDescription;
import org.normscope.audit.network.NetworkDescription.Origin;
import org.normscope.audit.result.ModelBound;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Printable;

/** How the layers of an ONNX model are connected: the graph in its file says it. */
public final class OnnxStructure {
    private static final String FORMAT = "onnx";
    private static final String KIND = "graph";

    private OnnxStructure() {}

    /** Whether a checkpoint is an ONNX model. */
    public static boolean isIn(Checkpoint checkpoint) {
        return checkpoint.format().equals(FORMAT);
    }

    /**
     * The structure of an ONNX model; unknown where its graph has no node. A graph that is damaged or too large to be followed is the reason
     * why there is no bound.
     *
     * @param storage where the model lies
     */
    public static Structure of(Storage storage, Checkpoint checkpoint) {
        ModelBound.Source source = source(checkpoint);
        try {
            OnnxGraph graph = OnnxGraph.read(storage, checkpoint.location());
            if (graph.nodes().isEmpty()) {
                return new Structure.Unknown();
            }
            Translation.Result result = Translation.of(graph);
            Map<String, Object> description = Map.of("ignore", List.of("*"), "layers", result.blocks());
            Origin origin = new Origin(source.name(), source);
            return new Structure.Found(NetworkDescription.of(description, origin), result.assumptions());
        } catch (BadCheckpointException | IOException e) {
            return new Structure.Failed(Printable.oneLine(String.valueOf(e.getMessage())), source);
        }
    }

    private static ModelBound.Source source(Checkpoint checkpoint) {
        CheckpointFile file = checkpoint.files().stream()
                .filter(one -> one.location().equals(checkpoint.location()))
                .findFirst()
                .orElse(checkpoint.files().get(0));
        return new ModelBound.Source(KIND, file.name(), file.headerSha256());
    }
}
