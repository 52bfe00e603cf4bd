package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** All shapes from 1 x 1 to 40 x 40, at failure probability 1e-12: never a failure. */
class TinyMatricesTest {
    private static final int SIDE = 40;

    @ParameterizedTest(name = "{0} at {1}, seed {2}")
    @CsvSource({
        "AUTO, 1e-3, 1",
        "AUTO, 1e-6, 2",
        "KRYLOV, 1e-2, 3",
        "KRYLOV, 1e-3, 4",
        "KRYLOV, 1e-6, 5",
        "GRAM, 1e-2, 6"
    })
    void everyShapeIsRight(MethodChoice method, double tolerance, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        WrittenCheckpoint checkpoint = new WrittenCheckpoint();
        Map<String, Double> truth = new HashMap<>();
        for (int rows = 1; rows <= SIDE; rows++) {
            for (int cols = 1; cols <= SIDE; cols++) {
                DType dtype = LocalAudit.decoded()[random.nextInt(LocalAudit.decoded().length)];
                byte[] bytes = WrittenCheckpoint.random(dtype, rows * cols, random);
                String name = rows + "x" + cols;
                checkpoint.with(name, dtype, Shape.of(rows, cols), bytes);
                Matrix transposed = new Matrix(cols, rows, WrittenCheckpoint.decoded(dtype, bytes));
                truth.put(name, Decompositions.singularValues(transposed)[0]);
            }
        }
        AuditReport report = LocalAudit.of(checkpoint).run(LocalAudit.by(method, tolerance));
        assertThat(report.weights()).hasSize(SIDE * SIDE);
        for (WeightRow row : report.weights()) {
            String name = row.weight().name();
            double sigma = truth.getOrDefault(name, Double.NaN);
            Interval found = LocalAudit.norm(row).sigma();
            assertThat(found.lower().value()).as(name).isLessThanOrEqualTo(sigma * (1 + 1e-13));
            assertThat(found.upper().orElseThrow().value()).as(name).isGreaterThanOrEqualTo(sigma * (1 - 1e-13));
            assertThat(found.relativeWidth()).as(name).isLessThanOrEqualTo(tolerance);
            assertThat(found.estimate()).as(name).isCloseTo(sigma, within(1e-6 * sigma));
            assertThat(row.reason()).as(name).isNull();
        }
    }
}
