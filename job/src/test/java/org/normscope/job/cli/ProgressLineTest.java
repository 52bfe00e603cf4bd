package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.Outcome;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

class ProgressLineTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void saysWhatIsDoneWhatIsLeftAndWhatTakesLongest() {
        AuditPlan plan = plan();
        try (ProgressLine line = ProgressLine.start(plan, streams(Streams.Progress.PLAIN))) {
            assertThat(line.text(1)).isEqualTo("0 of 3 done, 0 bytes of 1.8 KB, at large");
            line.finished(plan, plan.tasks().get(1), Outcome.failed("x"));
            line.finished(plan, plan.tasks().get(2), Outcome.failed("x"));
            assertThat(line.text(100)).isEqualTo("2 of 3 done, 800 bytes of 1.8 KB, 2 min left, at large");
            line.finished(plan, plan.tasks().get(0), Outcome.failed("x"));
            assertThat(line.text(100)).isEqualTo("3 of 3 done, 1.8 KB of 1.8 KB");
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void isRedrawnOnATerminalAndGoneAtTheEnd() throws InterruptedException {
        try (ProgressLine line = ProgressLine.start(plan(), streams(Streams.Progress.REDRAWN))) {
            Thread.sleep(600);
            assertThat(line.text(1)).isNotEmpty();
        }
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("\r\u001b[K0 of 3 done")
                .endsWith("\r\u001b[K")
                .doesNotContain("\n");
    }

    private Streams streams(Streams.Progress progress) {
        return new Streams(Cli.print(new ByteArrayOutputStream()), Cli.print(err), progress);
    }

    private static AuditPlan plan() {
        List<StoredTensor> tensors = List.of(
                StoredTensor.contiguous("small", DType.F32, Shape.of(10, 10), 0, 0),
                StoredTensor.contiguous("large", DType.F32, Shape.of(10, 25), 0, 400),
                StoredTensor.contiguous("middle", DType.F32, Shape.of(10, 10), 0, 1400));
        CheckpointFile file = new CheckpointFile("f", "f", 1800, "");
        Checkpoint checkpoint = new Checkpoint("f", "x", List.of(file), tensors, List.of(), Optional.empty());
        return AuditPlan.of(checkpoint, AuditSettings.DEFAULT, AuditPlan.Request.REPORT_ONLY);
    }
}
