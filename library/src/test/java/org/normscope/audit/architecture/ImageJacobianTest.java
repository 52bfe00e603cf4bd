package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Sampler;
import org.normscope.testing.MemoryStorage;

/** No sampled slope of a small network of torchvision's kinds exceeds the bound that its template gives. */
class ImageJacobianTest {
    /** Pixels that move; the others stand still, which makes slopes no steeper. */
    private static final int PIXELS = 40;

    private static final String RULES = """
            {"templates": [
              {"template": "torchvision-resnet", "tensors": {"conv1.weight": ["any", 1, 7, 7], "fc.weight": ["any", "any"]}},
              {"template": "torchvision-alexnet", "tensors": {"features.0.weight": ["any", 1, 11, 11]}},
              {"template": "torchvision-vgg", "tensors": {"features.0.weight": ["any", 1, 3, 3]}}
            ]}
            """;

    private static ModelBound bound(ImageNetwork network, Path folder) throws Exception {
        // The shipped rules ask for the shapes of torchvision's own models.
        Files.writeString(folder.resolve("recognize.json"), RULES);
        MemoryStorage storage =
                AuditedModel.storage(network.checkpoint(), "{'image_size': " + network.side() + ", 'positions': 1}");
        return AuditedModel.bound(storage, new Architectures(storage, folder));
    }

    private static UnaryOperator<double[]> pixels(ImageNetwork network, Random random) {
        int count = network.side() * network.side();
        double[] others = random.doubles(count).toArray();
        int[] moved = random.ints(0, count).distinct().limit(PIXELS).toArray();
        return z -> {
            double[] image = others.clone();
            for (int i = 0; i < z.length; i++) {
                image[moved[i]] += z[i];
            }
            return network.outputs(image);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "resnet, ''",
        "resnet_bottleneck, ''",
        "resnext, model.module.",
        "alexnet, ''",
        "vgg, state_dict.",
        "vgg_bn, ''"
    })
    void noSlopeExceedsItsBound(String kind, String prefix, @TempDir Path folder) throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (DoubleUnaryOperator sign : new DoubleUnaryOperator[] {DoubleUnaryOperator.identity(), Math::abs}) {
            ImageNetwork network = ImageNetwork.of(kind, prefix, random, sign);
            ModelBound model = bound(network, folder);
            assertThat(model.limit().reason()).isNull();
            assertThat(model.basis().unexplained()).isEmpty();
            assertThat(model.basis().assumptions()).anyMatch(text -> text.contains("torchvision's"));
            WideBound upper = model.limit().upper();
            double bound =
                    upper == null ? Double.NaN : upper.narrow().orElseThrow().value();
            double steepest = new Sampler(pixels(network, random), z -> z, 1, random).steepest(PIXELS, 1);
            assertThat(steepest).as("%s, seed %d", kind, seed).isLessThan(bound);
            if (sign.applyAsDouble(-1) > 0) {
                // Without negative weights no ReLU dies, and the bound isn't that far away.
                assertThat(steepest / bound)
                        .as("%s, seed %d: share of the bound", kind, seed)
                        .isGreaterThan(1e-8);
            }
        }
    }
}
