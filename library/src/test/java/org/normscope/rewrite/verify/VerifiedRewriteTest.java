package org.normscope.rewrite.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Engine;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Selection;
import org.normscope.kernel.Kernels;
import org.normscope.parity.KeyLayout;
import org.normscope.rewrite.CheckpointWriter;
import org.normscope.rewrite.Migration;
import org.normscope.rewrite.NewTensor;
import org.normscope.rewrite.Rewrite;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.ShardPlan;
import org.normscope.rewrite.verify.Comparison.Verdict;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.WrittenCheckpoint;

class VerifiedRewriteTest {
    private static final LocalStorage DISK = new LocalStorage();

    @TempDir
    private Path folder;

    private Path old = Path.of("");
    private Path now = Path.of("");

    @BeforeEach
    void nameFolders() {
        old = folder.resolve("old.safetensors");
        now = folder.resolve("now");
    }

    private Checkpoint write(WrittenCheckpoint checkpoint) throws Exception {
        Files.write(old, checkpoint.bytes());
        return Checkpoints.open(DISK, old.toString());
    }

    private static byte[] random(int count) {
        return WrittenCheckpoint.random(DType.F32, count, new SplittableRandom(count));
    }

    private VerifiedRewrite.Written run(Checkpoint checkpoint, Rewrite rewrite, VerifiedRewrite.Progress progress)
            throws Exception {
        ShardPlan plan = ShardPlan.of(rewrite.tensors(), 200);
        VerifiedRewrite verified =
                new VerifiedRewrite(new Threads(), Kernels.best(), AuditSettings.DEFAULT.withSeed(1), progress);
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(now), Existing.REFUSED)) {
            return verified.run(
                    new VerifiedRewrite.Old(DISK, checkpoint, null),
                    rewrite,
                    writer,
                    new VerifiedRewrite.Place(DISK, now.toString()));
        }
    }

    private Comparison compared(Checkpoint checkpoint, Rewrite rewrite) throws Exception {
        return run(checkpoint, rewrite, VerifiedRewrite.Progress.SILENT).norms();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(now)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private record Threads() implements VerifiedRewrite.Engines {
        @Override
        public Engine engine(Storage storage) {
            return new LocalEngine(storage, Kernels.best());
        }

        @Override
        public ShardEngine shards() {
            return ShardEngine.local(2);
        }

        @Override
        public RelationEngine relations() {
            return RelationEngine.local(2);
        }
    }

    private WrittenCheckpoint norms() {
        return new WrittenCheckpoint()
                .with("a.weight_g", DType.F32, Shape.of(3, 1), random(3))
                .with("a.weight_v", DType.F32, Shape.of(3, 5), random(15))
                .with("b.weight_g", DType.F32, Shape.of(4), random(4))
                .with("b.weight_v", DType.F32, Shape.of(4), random(4))
                .with("other.weight", DType.F32, Shape.of(7, 7), random(49));
    }

    @Test
    void aMigrationHasTheSameNormsAndOnlyWhatChangedIsAudited() throws Exception {
        Checkpoint checkpoint = write(norms());
        List<String> audited = new ArrayList<>();
        List<Long> written = new ArrayList<>();
        VerifiedRewrite.Progress progress = new VerifiedRewrite.Progress() {
            @Override
            public Audit.Progress auditing(AuditPlan plan) {
                plan.tasks().forEach(task -> audited.add(task.tensor().name()));
                return Audit.Progress.SILENT;
            }

            @Override
            public void writing(long bytes, LongSupplier sofar) {
                written.add(bytes);
            }
        };
        VerifiedRewrite.Written result =
                run(checkpoint, Migration.of(checkpoint, KeyLayout.PARAMETRIZED, Selection.ALL), progress);

        assertThat(audited).containsExactly("a.weight");
        assertThat(written).containsExactly(4L * (3 + 15 + 4 + 4 + 49));
        assertThat(result.files()).extracting(file -> file.name()).containsExactlyElementsOf(names());
        assertThat(result.norms().rows()).hasSize(2);
        Comparison.Row matrix = result.norms().rows().get(0);
        assertThat(matrix.verdict()).isEqualTo(Verdict.KEPT);
        assertThat(matrix.sigmaAfter()).isNotNull().isEqualTo(matrix.sigmaBefore());
        assertThat(matrix.derived()).isEqualTo(Comparison.Derived.BEFORE);
        assertThat(matrix.rounding()).isPositive().isLessThan(1e-6);
        Comparison.Row vector = result.norms().rows().get(1);
        assertThat(vector.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(vector.reason()).contains("isn't a matrix");
    }

    /** The first tensor becomes what these numbers are. */
    private Rewrite replacing(Checkpoint checkpoint, byte[] bytes, Promise promise) throws Exception {
        List<NewTensor> tensors = new ArrayList<>();
        for (StoredTensor tensor : checkpoint.tensors()) {
            tensors.add(
                    tensors.isEmpty()
                            ? new NewTensor(
                                    tensor.name(), tensor.dtype(), tensor.shape(), (storage, out) -> out.write(bytes))
                            : NewTensor.copy(checkpoint, tensor, tensor.name()));
        }
        String name = checkpoint.tensors().get(0).name();
        return new Rewrite(tensors, List.of(new Change(name, List.of(name), List.of(name), "x", promise)), List.of());
    }

    private static WrittenCheckpoint diagonal(DType dtype, double... values) {
        double[] entries = new double[values.length * values.length];
        for (int i = 0; i < values.length; i++) {
            entries[i * values.length + i] = values[i];
        }
        return new WrittenCheckpoint().with("d", dtype, Shape.of(values.length, values.length), entries);
    }

    private byte[] bytesOf(WrittenCheckpoint checkpoint) {
        byte[] file = checkpoint.bytes();
        int elements = 9 * 2;
        return Arrays.copyOfRange(file, file.length - elements, file.length);
    }

    @Test
    void anotherNormIsFoundOutAndNothingIsKept() throws Exception {
        Checkpoint checkpoint = write(diagonal(DType.BF16, 3, 2, 1));
        byte[] other = bytesOf(diagonal(DType.BF16, 3.125, 2, 1));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> compared(checkpoint, replacing(checkpoint, other, new Promise.Same())))
                .withMessageContainingAll(
                        now.toString(), "isn't what it should be", "d had a norm in [2.999", "has one in [3.124")
                .withMessageContaining("nothing is kept");
        assertThat(names()).isEmpty();
    }

    @Test
    void whatRoundingToTheStoredTypeCanDoIsNoFault() throws Exception {
        Checkpoint checkpoint = write(diagonal(DType.BF16, 3, 2.5, 2.5));
        // The next number of bfloat16 is nearer than its unit roundoff, 1/256, times the Frobenius norm, 4.64.
        byte[] next = bytesOf(diagonal(DType.BF16, 3 + 1.0 / 64, 2.5, 2.5));
        Comparison comparison = compared(checkpoint, replacing(checkpoint, next, new Promise.Same()));
        assertThat(comparison.rows().get(0).rounding()).isBetween(4.64 / 256, 4.65 / 255);
        assertThat(comparison.rows().get(0).verdict()).isEqualTo(Verdict.KEPT);
    }

    @Test
    void aCapIsJudgedByTheUpperBound() throws Exception {
        Checkpoint checkpoint = write(diagonal(DType.BF16, 3, 2, 1));
        byte[] capped = bytesOf(diagonal(DType.BF16, 1, 0.5, 0.25));
        assertThat(compared(checkpoint, replacing(checkpoint, capped, new Promise.AtMost(1)))
                        .rows()
                        .get(0)
                        .verdict())
                .isEqualTo(Verdict.KEPT);
        now = folder.resolve("again");
        byte[] above = bytesOf(diagonal(DType.BF16, 1.03125, 0.5, 0.25));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> compared(checkpoint, replacing(checkpoint, above, new Promise.AtMost(1))))
                .withMessageContaining("where 1.0 was promised");
        assertThat(names()).isEmpty();
    }

    @Test
    void aNormThatIsLostIsAFaultAndOneThatNeverWasIsNone() throws Exception {
        Checkpoint finite = write(diagonal(DType.BF16, 3, 2, 1));
        byte[] poisoned = bytesOf(diagonal(DType.BF16, 3, 2, Double.NaN));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> compared(finite, replacing(finite, poisoned, new Promise.Same())))
                .withMessageContaining("has no norm any more");
        Checkpoint nan = write(diagonal(DType.BF16, 3, 2, Double.NaN));
        Comparison comparison = compared(nan, replacing(nan, poisoned, new Promise.Same()));
        assertThat(comparison.rows().get(0).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aTransposedConvolutionIsComparedInTheViewOfItsSpectralNorm() throws Exception {
        double[] entries = new SplittableRandom(5).doubles(3 * 4 * 2 * 2, -1, 1).toArray();
        entries[0] = 1;
        double[] u = {1, 0, 0, 0};
        double[] v = new double[12];
        v[0] = 1;
        Checkpoint checkpoint = write(new WrittenCheckpoint()
                .with("t.weight_orig", DType.F32, Shape.of(3, 4, 2, 2), entries)
                .with("t.weight_u", DType.F32, Shape.of(4), u)
                .with("t.weight_v", DType.F32, Shape.of(12), v));
        // What torch divides by is 1: the weight is what is stored.
        List<NewTensor> tensors =
                List.of(NewTensor.copy(checkpoint, checkpoint.tensors().get(0), "t.weight"));
        Change fused = new Change(
                "t.weight",
                checkpoint.tensors().stream().map(StoredTensor::name).toList(),
                List.of("t.weight"),
                "fused",
                new Promise.Same());
        Comparison.Row row = compared(checkpoint, new Rewrite(tensors, List.of(fused), List.of()))
                .rows()
                .get(0);
        assertThat(requireNonNull(row.before()).dim()).isEqualTo(1);
        assertThat(requireNonNull(row.sigmaAfter()).estimate())
                .isEqualTo(requireNonNull(row.sigmaBefore()).estimate());
    }

    @Test
    void aFileThatWouldBeReadAlongIsFoundOut() throws Exception {
        Checkpoint checkpoint = write(diagonal(DType.BF16, 3, 2, 1));
        Files.createDirectories(now);
        Files.write(now.resolve("zzz.safetensors"), norms().bytes());
        byte[] same = bytesOf(diagonal(DType.BF16, 3, 2, 1));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> compared(checkpoint, replacing(checkpoint, same, new Promise.Same())))
                .withMessageContaining("does another index or file lie in the folder?");
        assertThat(names()).containsExactly("zzz.safetensors");
    }
}
