package org.normscope.audit.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;

/**
 * No Jacobian of a random graph, run in plain loops that know nothing of bounds, has a larger norm than its bound: broadcasting, repeated
 * entries, shapes and all that exporters could come up with.
 */
class RandomGraphsTest {
    private static final int GRAPHS = Integer.getInteger("normscope.graphs", 150);
    private static final int POINTS = 6;

    @Test
    void noJacobianOfARandomGraphExceedsItsBound() throws Exception {
        long seed = Long.getLong("normscope.seed", new Random().nextLong());
        int bounded = 0;
        for (int i = 0; i < GRAPHS; i++) {
            long each = seed + i;
            RandomGraph graph = RandomGraph.of(new Random(each), 3 + i % 6);
            byte[] model = graph.bytes();
            ModelBound bound = AuditedGraph.bound(model);
            WideBound upper = bound.limit().upper();
            if (upper != null) {
                bounded++;
                double most = upper.narrow().orElseThrow().value();
                double found = steepest(graph, model, new Random(each));
                assertThat(found)
                        .as("seed %d: %s", each, RandomGraph.read(model).nodes())
                        .isLessThanOrEqualTo(most * (1 + 1e-6) + 1e-7);
            } else {
                assertThat(bound.limit().reason()).as("seed %d", each).startsWith("no rule for ");
            }
        }
        assertThat(bounded).as("seed %d", seed).isGreaterThan(GRAPHS / 4);
    }

    private static double steepest(RandomGraph graph, byte[] model, Random random) {
        GraphLoops loops = new GraphLoops(RandomGraph.read(model));
        int inputs = graph.input().stream().reduce(1, (a, b) -> a * b);
        double steepest = 0;
        for (int point = 0; point < POINTS; point++) {
            double scale = Math.pow(10, 1 - 2 * random.nextDouble());
            double[] x = random.doubles(inputs).map(v -> scale * (2 * v - 1)).toArray();
            double[][] jacobian = new double[inputs][];
            for (int j = 0; j < inputs; j++) {
                double h = 1e-6;
                double[] right = run(loops, graph, x, j, h);
                double[] left = run(loops, graph, x, j, -h);
                jacobian[j] = new double[right.length];
                for (int k = 0; k < right.length; k++) {
                    jacobian[j][k] = (right[k] - left[k]) / (2 * h);
                }
            }
            steepest = Math.max(steepest, norm(jacobian, random));
        }
        return steepest;
    }

    private static double[] run(GraphLoops loops, RandomGraph graph, double[] x, int place, double h) {
        double[] moved = x.clone();
        moved[place] += h;
        return loops.run(LoopTensor.of(graph.input(), moved));
    }

    /** From below, by power iteration. */
    private static double norm(double[][] rows, Random random) {
        double[] v = random.doubles(rows.length).map(value -> value - 0.5).toArray();
        double norm = 0;
        for (int step = 0; step < 30; step++) {
            double length = Math.sqrt(Arrays.stream(v).map(e -> e * e).sum());
            if (length == 0) {
                return norm;
            }
            double[] image = new double[rows[0].length];
            for (int j = 0; j < rows.length; j++) {
                v[j] /= length;
                for (int k = 0; k < image.length; k++) {
                    image[k] += rows[j][k] * v[j];
                }
            }
            norm = Math.sqrt(Arrays.stream(image).map(e -> e * e).sum());
            for (int j = 0; j < rows.length; j++) {
                v[j] = 0;
                for (int k = 0; k < image.length; k++) {
                    v[j] += rows[j][k] * image[k];
                }
            }
        }
        return norm;
    }
}
