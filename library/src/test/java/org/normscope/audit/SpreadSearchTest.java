package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Forecasts;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.OperatorBound;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.Geometry;
import org.normscope.convolution.Kernel;
import org.normscope.convolution.OperatorNorms;
import org.normscope.report.PlanReport;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** A convolution whose frequencies are shared out: 340 channels are enough. */
class SpreadSearchTest {
    private static final int CHANNELS = 340;
    private static final AuditSettings SETTINGS = LocalAudit.by(MethodChoice.AUTO, 1e-2);
    private static final WrittenCheckpoint CHECKPOINT = new WrittenCheckpoint();
    private static double[] values = new double[0];

    @BeforeAll
    static void write() {
        byte[] bytes = WrittenCheckpoint.random(DType.BF16, CHANNELS * CHANNELS * 2, new SplittableRandom(8));
        values = WrittenCheckpoint.decoded(DType.BF16, bytes);
        CHECKPOINT
                .with("large.weight", DType.BF16, Shape.of(CHANNELS, CHANNELS, 2), bytes)
                .with("small.weight", DType.F32, Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6);
    }

    @Test
    void threadsAndMemoryChangeNothing() throws Exception {
        LocalAudit audit = LocalAudit.of(CHECKPOINT);
        AuditReport expected = audit.withThreads(1).run(SETTINGS);
        OperatorBound found =
                LocalAudit.norm(LocalAudit.weight(expected, "large.weight")).operator();
        assertThat(found).isNotNull();
        if (found != null) {
            assertThat(found.interval())
                    .isEqualTo(OperatorNorms.of(
                                    new Kernel(List.of(CHANNELS, CHANNELS, 2), values),
                                    Geometry.unknown(1),
                                    1e-2,
                                    Evaluator.SEQUENTIAL)
                            .interval());
            assertThat(found.interval().relativeWidth()).isLessThan(1.01e-2);
        }
        assertThat(audit.withThreads(3).run(SETTINGS).weights()).isEqualTo(expected.weights());
        assertThat(audit.withHeap(8L << 20).run(SETTINGS).weights()).isEqualTo(expected.weights());
    }

    @Test
    void thePlanReadsItTwice() throws Exception {
        AuditPlan plan = LocalAudit.of(CHECKPOINT).plan(SETTINGS);
        assertThat(plan.tasks()).filteredOn(plan::isSpread).hasSize(1);
        assertThat(new PlanReport(plan).text()).contains("frequencies are shared out, a job per step: 1;");
        assertThat(Forecasts.of(plan).bytesRead()).isEqualTo(2L * 2 * CHANNELS * CHANNELS * 2 + 24);
        AuditReport report = LocalAudit.of(CHECKPOINT).run(SETTINGS);
        assertThat(report.run().bytesRead()).isEqualTo(Forecasts.of(plan).bytesRead());
    }
}
