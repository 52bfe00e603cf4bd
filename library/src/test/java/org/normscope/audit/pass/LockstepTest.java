package org.normscope.audit.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.pass.ResidentAudit.Residency;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.Status;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.SampleCheckpoint;

class LockstepTest {
    private static final LocalStorage STORAGE = new LocalStorage();
    private static final AuditSettings SETTINGS = new AuditSettings(Precision.DEFAULT, Selection.ALL, 4096, 1, 7L);

    @TempDir
    Path folder;

    @Test
    void bundlesInAnyOrderGiveTheOutcomesOfWholeMatrices() throws Exception {
        List<AuditTask> tasks = tasks();
        Map<AuditTask, Outcome> outcomes = run(tasks, -1);
        ResidentAudit whole =
                new ResidentAudit(STORAGE, SETTINGS, Kernels.best(), AuditPlan.Request.REPORT_ONLY, rows -> {});
        for (AuditTask task : tasks) {
            assertThat(outcomes.get(task))
                    .isEqualTo(whole.run(task, Residency.KEPT).outcome());
        }
    }

    @Test
    void aBundleThatCanNotBeHadFailsItsMatrixAndNoOther() throws Exception {
        List<AuditTask> tasks = tasks();
        Map<AuditTask, Outcome> outcomes = run(tasks, 3);
        assertThat(outcomes.values().stream().filter(outcome -> outcome.status() == Status.FAILED))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.reason()).isEqualTo("the disk is on fire"));
        assertThat(outcomes).hasSameSizeAs(tasks);
    }

    private List<AuditTask> tasks() throws Exception {
        AuditPlan plan = AuditPlan.of(
                Checkpoints.open(STORAGE, SampleCheckpoint.write(folder).toString()),
                SETTINGS,
                AuditPlan.Request.REPORT_ONLY);
        return plan.tasks().stream().filter(plan::isStriped).toList();
    }

    private static Map<AuditTask, Outcome> run(List<AuditTask> tasks, int broken) throws IOException {
        Lockstep lockstep = new Lockstep(tasks, SETTINGS, AuditPlan.Request.REPORT_ONLY);
        StripeAudit stripes = StripeAudit.ofStored(STORAGE, tasks, lockstep);
        Map<AuditTask, Outcome> outcomes = new HashMap<>();
        Random random = new Random(5);
        Map<Integer, SlabWork> wanted = lockstep.begin();
        while (!wanted.isEmpty()) {
            List<Integer> bundles = new ArrayList<>(lockstep.wantedBundles());
            Collections.shuffle(bundles, random);
            for (int bundle : bundles) {
                if (bundle == broken) {
                    lockstep.fail(bundle, "the disk is on fire");
                } else {
                    lockstep.give(bundle, share(stripes, bundle, wanted));
                }
            }
            lockstep.end().forEach(finished -> outcomes.put(finished.task(), finished.outcome()));
            wanted = lockstep.begin();
        }
        return outcomes;
    }

    private static SlabShare share(StripeAudit stripes, int bundle, Map<Integer, SlabWork> wanted) throws IOException {
        SlabWork work = wanted.get(stripes.task(bundle));
        assertThat(work).isNotNull();
        SlabShare sum = stripes.share(bundle, 0, stripes.read(bundle, 0).bytes(), work, Kernels.best());
        for (int position = 1; position < stripes.count(bundle); position++) {
            SlabShare next = stripes.share(
                    bundle, position, stripes.read(bundle, position).bytes(), work, Kernels.best());
            sum = StripeAudit.join(sum, next);
        }
        return sum;
    }
}
