package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.KernelUse;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.TaskResult;
import org.normscope.convolution.Geometry;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.SampleCheckpoint;

class JournalContentTest {
    private static final BuildInfo BUILD = new BuildInfo("1", "abc");
    private static final AuditReport.Kernel KERNEL = new AuditReport.Kernel("scalar", 8);

    @TempDir
    private Path folder;

    private AuditPlan plan;
    private JournalKey key;
    private final List<TaskResult> results = new ArrayList<>();
    private final ByteArrayOutputStream journal = new ByteArrayOutputStream();

    @BeforeEach
    void audit() throws Exception {
        LocalStorage storage = new LocalStorage();
        String location = SampleCheckpoint.write(folder).toString();
        plan = AuditPlan.of(
                Checkpoints.open(storage, location), AuditSettings.DEFAULT.withSeed(3), AuditPlan.Request.REPORT_ONLY);
        key = JournalKey.of(plan, "then", KERNEL, BUILD);
        new LocalEngine(storage, Kernels.best()).run(plan, results::add);
        journal.write(JournalContent.line(key));
        for (TaskResult result : results) {
            journal.write(JournalContent.line(result));
        }
        results.sort(Comparator.comparingInt(result -> result.task().index()));
    }

    @Test
    void everyBitComesBack() throws IOException {
        JournalContent content = read(journal.toByteArray());

        assertThat(content.key()).contains(key);
        assertThat(withBytes(content.results(plan))).isEqualTo(results);
    }

    @Test
    void aKernelThatIsUsedOtherwiseIsComputedAgain() throws IOException {
        Map<String, KernelUse> uses = new HashMap<>();
        for (AuditTask task : plan.tasks()) {
            if (task.weight() != null && task.weight().isConvolution()) {
                int dims = task.tensor().shape().rank() - 2;
                Geometry geometry = new Geometry(Collections.nCopies(dims, 2), Collections.nCopies(dims, 1), 1, true);
                uses.put(task.weight().name(), new KernelUse(geometry, List.of("groups 1")));
            }
        }
        assertThat(uses).isNotEmpty();
        AuditPlan described =
                AuditPlan.of(plan.checkpoint(), plan.settings(), AuditPlan.Request.REPORT_ONLY.using(uses));
        assertThat(read(journal.toByteArray()).results(described)).hasSize(results.size() - uses.size());

        results.clear();
        journal.reset();
        journal.write(JournalContent.line(key));
        new LocalEngine(new LocalStorage(), Kernels.best()).run(described, results::add);
        for (TaskResult result : results) {
            journal.write(JournalContent.line(result));
        }
        results.sort(Comparator.comparingInt(result -> result.task().index()));
        assertThat(withBytes(read(journal.toByteArray()).results(described))).isEqualTo(results);
    }

    @Test
    void tornAnywhereOnlyTheLastLineIsLost() throws IOException {
        byte[] whole = journal.toByteArray();
        for (int length = 0; length < whole.length; length += 7) {
            String torn = new String(whole, 0, length, StandardCharsets.US_ASCII);
            long complete = torn.lines().count() - (torn.endsWith("\n") ? 0 : 1);
            long found =
                    read(torn.getBytes(StandardCharsets.US_ASCII)).results(plan).size();

            assertThat(found).isBetween(Math.max(0, complete - 1), Math.max(0, complete));
        }
    }

    @Test
    void anyChangedByteCostsItsLineAndNothingElse() throws IOException {
        byte[] whole = journal.toByteArray();
        int first = new String(whole, StandardCharsets.US_ASCII).indexOf('\n') + 1;
        for (int i = first; i < whole.length; i += 11) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;

            assertThat(read(damaged).results(plan)).hasSizeGreaterThanOrEqualTo(results.size() - 2);
            assertThat(results).containsAll(withBytes(read(damaged).results(plan)));
        }
    }

    /** Bytes read are those of this run: none. */
    private List<TaskResult> withBytes(List<TaskResult> read) {
        return read.stream()
                .map(one -> new TaskResult(
                        one.task(),
                        one.outcome(),
                        one.seconds(),
                        results.stream()
                                .filter(result -> result.task().equals(one.task()))
                                .findFirst()
                                .orElseThrow()
                                .bytesRead()))
                .toList();
    }

    @Test
    void aKeySaysWhatSetsItApart() {
        AuditSettings settings = plan.settings();
        assertThat(key.difference(key)).isEmpty();
        assertThat(key.difference(JournalKey.of(with(settings.withSeed(4)), "then", KERNEL, BUILD)))
                .contains("seed 3");
        assertThat(key.difference(JournalKey.of(plan, "then", new AuditReport.Kernel("vector", 8), BUILD)))
                .contains("another kernel, scalar 8");
        assertThat(key.difference(JournalKey.of(plan, "then", KERNEL, new BuildInfo("2", "abc"))))
                .contains("another version of Normscope, 1 abc");
        assertThat(key.difference(JournalKey.of(plan, "now", KERNEL, BUILD)))
                .contains("a checkpoint whose files were written again since");
    }

    private AuditPlan with(AuditSettings settings) {
        return AuditPlan.of(plan.checkpoint(), settings, plan.request());
    }

    private static JournalContent read(byte[] bytes) throws IOException {
        JournalContent content = new JournalContent();
        content.read(new ByteArrayInputStream(bytes));
        return content;
    }
}
