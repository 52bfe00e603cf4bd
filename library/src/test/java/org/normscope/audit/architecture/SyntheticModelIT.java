package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.Synthetic;

/** The bound of a llama-shaped model of six layers, written by {@code peers/make_synthetic.py}. */
class SyntheticModelIT {
    @TempDir
    Path home;

    private ModelBound bound() throws Exception {
        LocalStorage storage = new LocalStorage();
        Checkpoint checkpoint = Checkpoints.open(storage, home.toString());
        Structure structure = new Architectures(storage, null).structure(checkpoint);
        AuditPlan plan = Audit.plan(
                checkpoint,
                AuditSettings.DEFAULT.withSeed(1),
                structure.request(AuditPlan.Request.REPORT_ONLY, checkpoint));
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 2, 1L << 29), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return structure.bound(plan, report, storage).orElseThrow();
    }

    private static double log10(@Nullable WideBound bound) {
        assertThat(bound).isNotNull();
        return bound == null ? Double.NaN : bound.log10();
    }

    @Test
    void everyBlockHasABoundAndTheResidualStreamGrowsSlowly() throws Exception {
        Synthetic.writeSmall(home, List.of("--dtype", "bf16"));
        ModelBound model = bound();
        assertThat(model.basis().unexplained()).isEmpty();
        assertThat(log10(model.limit().upper())).isBetween(40.0, 120.0);
        List<ModelBound.Block> blocks = model.parts().blocks();
        assertThat(blocks).hasSize(8);
        double largest = Double.NEGATIVE_INFINITY;
        for (ModelBound.Block block : blocks.subList(0, 7)) {
            assertThat(log10(block.alone().local()))
                    .isLessThanOrEqualTo(log10(block.alone().upper()));
            double radius = log10(block.behind().radius());
            assertThat(radius).as(block.name()).isGreaterThan(largest).isLessThan(8);
            largest = radius;
        }
    }
}
