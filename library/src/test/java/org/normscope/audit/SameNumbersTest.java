package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** The plan, never the machine, fixes every bit of a report. */
class SameNumbersTest {
    private static final long LARGE = 1L << 30;
    /** Nothing but streaming fits here. */
    private static final long SMALL = 2L << 20;

    private final LocalAudit audit = LocalAudit.of(mixed(7));

    private static WrittenCheckpoint mixed(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        WrittenCheckpoint checkpoint = new WrittenCheckpoint();
        int[][] shapes = {{300, 50}, {50, 300}, {64, 64}, {1, 5000}, {5000, 1}, {130, 33}, {3, 2}, {4, 5, 6, 7}};
        for (int i = 0; i < 3 * shapes.length; i++) {
            int[] shape = shapes[i % shapes.length];
            DType dtype = LocalAudit.decoded()[i % LocalAudit.decoded().length];
            int count = 1;
            long[] dims = new long[shape.length];
            for (int d = 0; d < shape.length; d++) {
                dims[d] = shape[d];
                count *= shape[d];
            }
            checkpoint.with("w" + i, dtype, Shape.of(dims), WrittenCheckpoint.random(dtype, count, random));
        }
        return checkpoint.with("vector", DType.F32, Shape.of(3), 1, 2, 3);
    }

    private static AuditSettings settings(MethodChoice method, long blockBytes) {
        Precision precision = new Precision(1e-4, 1e-12, Precision.Certify.PROBABILISTIC, method, null);
        return new AuditSettings(precision, Selection.ALL, blockBytes, 2, 11L);
    }

    @ParameterizedTest
    @EnumSource(MethodChoice.class)
    void threadsMemoryAndKernelChangeNothing(MethodChoice method) throws Exception {
        for (long blockBytes : new long[] {4096, 64 << 20}) {
            AuditSettings settings = settings(method, blockBytes);
            AuditReport expected = audit.withThreads(1).withHeap(LARGE).run(settings);
            same(audit.withThreads(2).withHeap(LARGE).run(settings), expected);
            same(audit.withThreads(3).withHeap(SMALL).run(settings), expected);
            same(audit.withThreads(1).withHeap(SMALL).run(settings), expected);
            same(audit.withKernels(Kernels.named("scalar")).run(settings), expected);
        }
    }

    private static void same(AuditReport actual, AuditReport expected) {
        assertThat(actual.tensors()).isEqualTo(expected.tensors());
        assertThat(actual.weights()).isEqualTo(expected.weights());
        assertThat(expected.weights()).hasSize(24).allMatch(row -> row.status() == Status.ANALYZED);
    }

    @ParameterizedTest
    @EnumSource(
            value = MethodChoice.class,
            names = {"AUTO", "GRAM", "KRYLOV"})
    void otherSeedsAndOtherCutsGiveIntervalsThatOverlap(MethodChoice method) throws Exception {
        AuditReport first = audit.run(settings(method, 64 << 20));
        AuditReport otherSeed = audit.run(settings(method, 64 << 20).withSeed(12));
        AuditReport otherCut = audit.run(settings(method, 4096));
        for (int i = 0; i < first.weights().size(); i++) {
            Interval sigma = LocalAudit.norm(first.weights().get(i)).sigma();
            overlap(sigma, LocalAudit.norm(otherSeed.weights().get(i)).sigma());
            overlap(sigma, LocalAudit.norm(otherCut.weights().get(i)).sigma());
        }
        if (method == MethodChoice.KRYLOV) {
            assertThat(otherSeed.weights()).isNotEqualTo(first.weights());
        }
    }

    private static void overlap(Interval one, Interval other) {
        assertThat(one.lower().value())
                .isLessThanOrEqualTo(other.upper().orElseThrow().value());
        assertThat(other.lower().value())
                .isLessThanOrEqualTo(one.upper().orElseThrow().value());
    }

    @Test
    void aWeightsNumbersDependOnNoOtherWeight() throws Exception {
        AuditSettings all = settings(MethodChoice.KRYLOV, 8192);
        Selection one = new Selection(java.util.List.of("w3", "w8"), java.util.List.of());
        AuditSettings few = new AuditSettings(all.precision(), one, all.blockBytes(), all.top(), all.seed());
        for (String name : new String[] {"w3", "w8"}) {
            assertThat(LocalAudit.weight(audit.run(few), name)).isEqualTo(LocalAudit.weight(audit.run(all), name));
        }
    }

    @Test
    void aSeedIsDrawnAndRecordedWhereNoneIsGiven() throws Exception {
        AuditReport first = audit.run(AuditSettings.DEFAULT);
        AuditReport second = audit.run(AuditSettings.DEFAULT);
        assertThat(first.settings().seed())
                .isNotNull()
                .isNotEqualTo(second.settings().seed());
        same(audit.run(first.settings()), first);
    }
}
