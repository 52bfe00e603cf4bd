package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.parity.DenseTensor;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.Suite;

/** Real checkpoints, fused, against what an independent program computed of their weights in float64. */
class FusionTruthTest {
    /** The files are in F32; numbers of a truth are sums of many entries, each of which was rounded. */
    private static final double ROUNDED = DType.F32.unitRoundoff();

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "checkpoints, deepsdf_weights.pt, 6",
        "checkpoints, derived_spectral_norm_hooks.pt, 12",
        "checkpoints, derived_weight_norm_dims.pt, 5",
        "modern, spectral_norm.pt, 5",
        "modern, weight_norm.pt, 4"
    })
    void fusedWeightsAreTheEffectiveOnesOfTheTruth(String home, String name, int weights) throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path corpus = Suite.corpusFolder().resolve(home);
        LocalStorage disk = new LocalStorage();
        Checkpoint old = Checkpoints.open(disk, corpus.resolve(name).toString());
        Rewrite rewrite = Fusion.of(old, Selection.ALL);
        assertThat(rewrite.changes()).hasSize(weights);
        Checkpoint now = Loaded.written(rewrite.tensors(), 1 << 18, disk, folder);
        JsonNode truth = new ObjectMapper()
                .readTree(corpus.resolve("truth/" + name + ".json").toFile())
                .path("effective");
        int judged = 0;
        for (Map.Entry<String, JsonNode> entry : truth.properties()) {
            if (entry.getValue().has("sigma")) {
                judge(tensor(disk, now, entry.getKey()), entry.getValue(), entry.getKey());
                judged++;
            }
        }
        assertThat(judged).isEqualTo(weights);
    }

    private static DenseTensor tensor(LocalStorage disk, Checkpoint checkpoint, String name) throws Exception {
        StoredTensor stored = checkpoint.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
        assertThat(stored.dtype()).isEqualTo(DType.F32);
        return DenseTensor.of(stored.shape(), Loaded.values(disk, checkpoint, name));
    }

    private static void judge(DenseTensor weight, JsonNode expected, String name) {
        long rows = expected.at("/matrix/0").asLong();
        Matrix matrix = weight.matrix(rows == weight.shape().rows() ? 0 : 1);
        double frobenius = Math.sqrt(squares(matrix));
        double most = ROUNDED * frobenius;
        close(name, Decompositions.singularValues(matrix)[0], expected.path("sigma"), most);
        close(name, frobenius, expected.path("frobenius"), most);
        double least = Double.MAX_VALUE;
        double largest = 0;
        for (int i = 0; i < matrix.rows(); i++) {
            double norm = Math.sqrt(squares(matrix.transpose().columns(i, i + 1)));
            least = Math.min(least, norm);
            largest = Math.max(largest, norm);
        }
        close(name, least, expected.at("/row_norm/min"), ROUNDED * largest);
        close(name, largest, expected.at("/row_norm/max"), ROUNDED * largest);
        if (expected.path("dim").asInt() == 1 && expected.has("sigma_dim1_first")) {
            double turned = Decompositions.singularValues(weight.matrix(1))[0];
            close(name, turned, expected.path("sigma_dim1_first"), most);
        }
    }

    private static double squares(Matrix matrix) {
        double squares = 0;
        for (double entry : matrix.values()) {
            squares += entry * entry;
        }
        return squares;
    }

    private static void close(String name, double actual, JsonNode expected, double most) {
        assertThat(expected.isNumber()).as(name).isTrue();
        assertThat(actual).as(name).isCloseTo(expected.asDouble(), within(most));
    }
}
