package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.normscope.format.PickleObject.Call;
import org.normscope.format.PickleObject.Dict;
import org.normscope.format.PickleObject.Stub;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Int;
import org.normscope.format.PickleValue.Tuple;
import org.normscope.format.PickleWalk;
import org.normscope.format.Unpickler.Pickle;
import org.normscope.testing.Suite;

/** Real checkpoints: the calls that would make tensors have the names and sizes of the independent truth. */
class RealPicklesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> everyTensorOfARealFileIsFoundUnderItsName() throws IOException {
        Suite.CORPUS.requireOrSkip();
        List<DynamicTest> tests = new ArrayList<>();
        for (String folder : List.of("checkpoints", "modern")) {
            Path home = Suite.corpusFolder().resolve(folder);
            try (Stream<Path> truths = Files.list(home.resolve("truth"))) {
                for (Path file : truths.sorted().toList()) {
                    JsonNode truth = JSON.readTree(file.toFile());
                    Path checkpoint = home.resolve(truth.path("file").asText());
                    if (checkpoint.toString().matches(".*\\.(pt|pth|tar|th|ckpt|zip|jit)")) {
                        tests.add(DynamicTest.dynamicTest(checkpoint.toString(), () -> isAsTrue(checkpoint, truth)));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThanOrEqualTo(20);
        return tests.stream();
    }

    private static void isAsTrue(Path checkpoint, JsonNode truth) throws Exception {
        Map<String, List<Long>> found = new HashMap<>();
        for (Map.Entry<String, byte[]> stream : Containers.streams(checkpoint).entrySet()) {
            List<Pickle> pickles = Containers.read(stream.getValue());
            // An old file is a stream of magic number, protocol, system, object, keys of storages.
            PickleValue root = pickles.get(pickles.size() == 1 ? 0 : 3).root();
            PickleWalk.over(root, (path, value) -> {
                if (value instanceof Call call && call.type().name().startsWith("_rebuild_tensor")) {
                    found.put(stream.getKey() + path, longs(call.arguments().get(2)));
                }
                return true;
            });
        }
        truth.path("tensors")
                .fields()
                .forEachRemaining(tensor -> assertThat(found)
                        .containsEntry(tensor.getKey(), longs(tensor.getValue().path("shape"))));
        // The truth of a TorchScript file leaves out tensors that are neither parameters nor buffers.
        if (truth.has("tensor_count") && !truth.path("container").asText().equals("torchscript")) {
            assertThat(found).hasSize(truth.path("tensor_count").asInt());
        }
    }

    @Test
    void theMetadataOfADistributedCheckpointHasItsTensors() throws Exception {
        Suite.CORPUS.requireOrSkip();
        for (String name : List.of("dcp_plain", "dcp_sharded")) {
            Path home = Suite.corpusFolder().resolve("modern");
            Pickle pickle = Containers.read(
                            Files.readAllBytes(home.resolve(name).resolve(".metadata")))
                    .get(0);
            assertThat(pickle.stubs()).containsEntry("torch.distributed.checkpoint.metadata.Metadata", 1);
            Dict tensors = (Dict) attribute(pickle.root(), "state_dict_metadata");
            JsonNode truth =
                    JSON.readTree(home.resolve("truth/" + name + ".json").toFile());
            truth.path("tensors").fields().forEachRemaining(tensor -> {
                PickleValue size = attribute(tensors.get(tensor.getKey()).orElseThrow(), "size");
                assertThat(longs(((Call) size).arguments().get(0)))
                        .isEqualTo(longs(tensor.getValue().path("shape")));
            });
            assertThat(truth.path("tensors")).isNotEmpty();
        }
    }

    private static PickleValue attribute(PickleValue object, String name) {
        return ((Stub) object).attribute(name).orElseThrow();
    }

    private static List<Long> longs(PickleValue tuple) {
        return ((Tuple) tuple)
                .items().stream().map(item -> ((Int) item).value()).toList();
    }

    private static List<Long> longs(JsonNode shape) {
        List<Long> dims = new ArrayList<>();
        shape.forEach(dim -> dims.add(dim.asLong()));
        return dims;
    }
}
