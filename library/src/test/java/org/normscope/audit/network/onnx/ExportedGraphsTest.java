package org.normscope.audit.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.ModelBound;
import org.normscope.format.onnx.Dim;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.lipschitz.Sampler;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.Suite;

/** Graphs that torch 1.13's exporter wrote (make_onnx_graphs.py), and two from elsewhere. */
class ExportedGraphsTest {
    private static String file(String name) throws Exception {
        return Path.of(ExportedGraphsTest.class.getResource(name).toURI()).toString();
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static LoopTensor input(OnnxGraph graph, double[] values) {
        List<Integer> dims = new ArrayList<>();
        List<Dim> stated = graph.inputs().get(0).dims();
        int rest = values.length;
        for (Dim dim : stated == null ? List.<Dim>of() : stated.subList(1, stated.size())) {
            int size = Math.toIntExact(dim.size() == null ? 1 : dim.size());
            dims.add(size);
            rest /= size;
        }
        dims.add(0, rest);
        return LoopTensor.of(dims, values);
    }

    @Test
    void theLoopsComputeWhatTorchComputed() throws Exception {
        for (String line : Files.readAllLines(Path.of(file("graphs.csv")))) {
            String[] parts = line.split(",");
            if (!parts[0].equals("recurrent")) {
                OnnxGraph graph = OnnxGraph.read(new LocalStorage(), file(parts[0] + ".onnx"));
                double[] found = new GraphLoops(graph).run(input(graph, numbers(parts[1])));
                double[] expected = numbers(parts[2]);
                assertThat(found).as(parts[0]).hasSameSizeAs(expected);
                for (int i = 0; i < found.length; i++) {
                    assertThat(found[i]).as("%s, entry %d", parts[0], i).isCloseTo(expected[i], within(1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mlp, 6, 0.2",
        "residual, 32, 0.05",
        "pools, 25, 0.004",
        "mixer, 12, 0.1",
        "upsampler, 6, 0.02",
        "gated, 12, 0.1"
    })
    void noSlopeOfAnExportedNetworkExceedsItsBound(String name, int inputs, double part) throws Exception {
        long seed = new Random().nextLong();
        OnnxGraph graph = OnnxGraph.read(new LocalStorage(), file(name + ".onnx"));
        double bound = AuditedGraph.value(AuditedGraph.bound(new LocalStorage(), file(name + ".onnx")));
        GraphLoops loops = new GraphLoops(graph);
        double steepest = new Sampler(x -> loops.run(input(graph, x)), x -> x, 1, new Random(seed)).steepest(inputs, 1);
        assertThat(steepest).as("seed %d", seed).isLessThanOrEqualTo(bound);
        assertThat(steepest).as("found, of %s, seed %d", bound, seed).isGreaterThanOrEqualTo(part * bound);
    }

    /** Tokens are one-hot: two sequences that differ in k places are sqrt(2 k) apart. */
    @Test
    void noTwoSequencesOfTokensAreFurtherApartThanTheBound() throws Exception {
        OnnxGraph graph = OnnxGraph.read(new LocalStorage(), file("tokens.onnx"));
        double bound = AuditedGraph.value(AuditedGraph.bound(new LocalStorage(), file("tokens.onnx")));
        GraphLoops loops = new GraphLoops(graph);
        double steepest = 0;
        for (int i = 0; i < 343 * 343; i += 47) {
            double[] a = sequence(i % 343);
            double[] b = sequence(i / 343);
            double apart = Math.sqrt(2.0 * (different(a[0], b[0]) + different(a[1], b[1]) + different(a[2], b[2])));
            double[] y = loops.run(LoopTensor.of(List.of(1, 3), a));
            double[] z = loops.run(LoopTensor.of(List.of(1, 3), b));
            steepest = apart == 0 ? steepest : Math.max(steepest, Math.hypot(y[0] - z[0], y[1] - z[1]) / apart);
        }
        assertThat(steepest).isBetween(0.2 * bound, bound);
    }

    private static double[] sequence(int number) {
        return new double[] {number % 7, number / 7 % 7, number / 49};
    }

    private static int different(double a, double b) {
        return a == b ? 0 : 1;
    }

    @Test
    void anLstmIsNamed() throws Exception {
        ModelBound model = AuditedGraph.bound(new LocalStorage(), file("recurrent.onnx"));
        assertThat(model.limit().upper()).isNull();
        assertThat(model.limit().reason()).isEqualTo("no rule for LSTM ('/r/LSTM')");
        assertThat(model.basis().source().kind()).isEqualTo("graph");
        assertThat(model.basis().source().name()).isEqualTo("recurrent.onnx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"basic_pitch_nmp.onnx", "tribuo_tinybert.onnx"})
    void realGraphsLeaveNoBoundAndNameEveryOperatorThatIsToBlame(String name) throws Exception {
        Suite.CORPUS.requireOrSkip();
        String location =
                Suite.corpusFolder().resolve("checkpoints").resolve(name).toString();
        ModelBound model = AuditedGraph.bound(new LocalStorage(), location);
        assertThat(model.limit().upper()).isNull();
        String reason = String.valueOf(model.limit().reason());
        if (name.startsWith("tribuo")) {
            assertThat(reason)
                    .isEqualTo("no rule for MatMul of two values that depend on the input ('MatMul_70', 'MatMul_75')");
        } else {
            List<String> operators = Arrays.stream(reason.split("no rule for "))
                    .skip(1)
                    .map(text -> text.substring(0, text.indexOf(' ')))
                    .toList();
            assertThat(operators).containsExactlyInAnyOrder("Mul", "Sqrt", "Log", "Div", "Equal", "Where");
        }
        assertThat(model.parts().blocks()).hasSizeGreaterThan(5);
    }
}
