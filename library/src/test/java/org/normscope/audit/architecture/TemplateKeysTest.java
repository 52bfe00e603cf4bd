package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Engine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.KernelPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TaskResult;
import org.normscope.audit.result.WeightNorm;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.matrix.MatrixShape;
import org.normscope.spectral.Method;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.MemoryStorage;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.SumOfSquares;

/** Every template explains every tensor of a published model, misses none, and its matrices fit; all entries are zero. */
class TemplateKeysTest {
    private static final String FILE = "made/model.safetensors";

    /** A file of zeros beside a config.json. */
    private static Storage storage(KeyList keys) {
        MemoryStorage files = new MemoryStorage()
                .with("made/config.json", keys.config().getBytes(StandardCharsets.UTF_8))
                .with(FILE, new byte[1]);
        return new ZeroStorage(files, FILE);
    }

    /** Finds that every tensor is zero. */
    private static final class ZeroEngine implements Engine {
        @Override
        public long weightMemory() {
            return Long.MAX_VALUE;
        }

        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public void run(AuditPlan plan, Listener listener) {
            for (AuditTask task : plan.tasks()) {
                MatrixShape shape = task.shape();
                MatrixStatistics zero = new MatrixStatistics(
                        0, 0, shape.rows(), 0, SumOfSquares.ZERO, new MatrixStatistics.Range(0, 0, 0));
                Interval nothing = Interval.around(0, 0, 0, Certificate.EXACT, 0);
                WeightNorm norm = task.weight() == null ? null : new WeightNorm(nothing, Method.GRAM, 1, List.of(0.0));
                Optional<KernelPlan> kernel = KernelPlan.of(task, plan.settings());
                if (norm != null && kernel.isPresent()) {
                    norm = norm.with(OperatorBound.of(kernel.get().use(), nothing, 0));
                }
                listener.finished(new TaskResult(task, new Outcome(Status.ANALYZED, null, zero, norm, null), 0, 0));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llama, 291, 32",
        "mistral, 291, 32",
        "qwen2, 290, 24",
        "qwen3, 398, 36",
        "gemma, 164, 18",
        "gemma2, 288, 26",
        "gemma3_text, 340, 26",
        "gemma3, 883, 34",
        "mixtral, 995, 32",
        "phi3, 195, 32",
        "gpt2, 160, 12",
        "distilgpt2, 89, 6",
        "bert, 207, 12",
        "bert_classifier, 202, 12",
        "bert_sentences, 104, 6",
        "vit, 200, 12",
        "vit_features, 200, 12"
    })
    void everyTensorOfAPublishedModelIsExplained(String type, int tensors, int layers) throws Exception {
        KeyList keys = KeyList.of(type);
        assertThat(keys.shapes()).hasSize(tensors);
        ModelBound model = bound(keys);
        assertThat(model.parts().blocks()).as(model.limit().reason()).hasSize(layers + 2);
        assertThat(model.basis().unexplained()).isEmpty();
        if (type.equals("mixtral")) {
            assertThat(model.limit().reason()).contains("top-k routing");
            assertThat(model.parts().blocks()).allMatch(block -> block.alone().local() != null);
        } else {
            assertThat(model.limit().reason()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, 122, 10, resnet",
        "resnet34, 218, 18, resnet",
        "resnet50, 320, 18, resnet",
        "resnet101, 626, 35, resnet",
        "resnet152, 932, 52, resnet",
        "resnext50_32x4d, 320, 18, resnet",
        "wide_resnet50_2, 320, 18, resnet",
        "alexnet, 16, 2, alexnet",
        "vgg11, 22, 2, vgg",
        "vgg11_bn, 62, 2, vgg",
        "vgg13, 26, 2, vgg",
        "vgg13_bn, 76, 2, vgg",
        "vgg16, 32, 2, vgg",
        "vgg16_bn, 97, 2, vgg",
        "vgg19, 38, 2, vgg",
        "vgg19_bn, 118, 2, vgg"
    })
    void modelsOfTorchvisionAreRecognized(String model, int tensors, int blocks, String template) throws Exception {
        KeyList keys = KeyList.of(model);
        assertThat(keys.shapes()).hasSize(tensors);
        ModelBound bound = bound(keys);
        assertThat(bound.basis().source().name()).isEqualTo("torchvision-" + template + ".json");
        assertThat(bound.limit().reason()).isNull();
        assertThat(bound.parts().blocks()).hasSize(blocks);
        assertThat(bound.basis().unexplained()).isEmpty();
        assertThat(bound.basis().assumptions()).contains("images have at least 224 x 224 pixels");
        assertThat(bound.basis().assumptions()).noneMatch(text -> text.contains("stride 1"));
    }

    private static ModelBound bound(KeyList keys) throws Exception {
        Storage storage = storage(keys);
        Checkpoint checkpoint = keys.checkpoint(FILE);
        Structure structure = new Architectures(storage, null).structure(checkpoint);
        AuditPlan plan = Audit.plan(
                checkpoint,
                AuditSettings.DEFAULT.withSeed(1),
                structure.request(AuditPlan.Request.REPORT_ONLY, checkpoint));
        AuditReport report =
                new Audit(new ZeroEngine(), Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, found) -> {});
        return structure.bound(plan, report, storage).orElseThrow();
    }
}
