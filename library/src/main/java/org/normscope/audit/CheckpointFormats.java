package org.normscope.audit;

import java.util.List;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.dcp.DcpFormat;
import org.normscope.format.gguf.GgufFormat;
import org.normscope.format.huggingface.ShardedDirectory;
import org.normscope.format.numpy.NumpyFormat;
import org.normscope.format.onnx.OnnxFormat;
import org.normscope.format.pickle.PersistentIds;
import org.normscope.format.pickle.PickleLimits;
import org.normscope.format.pickle.PickleMachine;
import org.normscope.format.safetensors.SafetensorsFormat;
import org.normscope.format.torch.TorchFormat;

/** The formats that can be read, in the order in which they are asked whether they recognize a checkpoint. */
final class CheckpointFormats {
    private CheckpointFormats() {}

    /** All formats; more formats are added here and nowhere else. */
    static List<CheckpointFormat> all() {
        CheckpointFormat safetensors = new ContentChecked(new SafetensorsFormat(), FileContent::foreign);
        CheckpointFormat onnx = new ContentChecked(new OnnxFormat(), FileContent::foreign);
        PickleLimits ofThisHeap = PickleLimits.ofHeap(Runtime.getRuntime().maxMemory());
        PickleMachine machine = new PickleMachine(ofThisHeap);
        TorchFormat anyTorch = new TorchFormat(machine, new PickleMachine(ofThisHeap, PersistentIds.TEXTS));
        CheckpointFormat torch = new ContentChecked(anyTorch, FileContent::noWeights);
        return List.of(
                ShardedDirectory.ofSafetensors(safetensors),
                ShardedDirectory.ofTorch(torch),
                new DcpFormat(machine, List.of(anyTorch)),
                new GgufFormat(),
                new NumpyFormat(),
                torch,
                onnx,
                safetensors);
    }
}
