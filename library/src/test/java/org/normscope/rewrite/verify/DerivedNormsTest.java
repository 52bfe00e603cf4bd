package org.normscope.rewrite.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Engine;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.SpectralNormalization;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.CheckpointWriter;
import org.normscope.rewrite.Decomposition;
import org.normscope.rewrite.Fusion;
import org.normscope.rewrite.Migration;
import org.normscope.rewrite.NewTensor;
import org.normscope.rewrite.Normalization;
import org.normscope.rewrite.Rewrite;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.ShardPlan;
import org.normscope.rewrite.SpectralRegistration;
import org.normscope.rewrite.verify.Comparison.Derived;
import org.normscope.rewrite.verify.Comparison.Row;
import org.normscope.rewrite.verify.Comparison.Verdict;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Norms that follow from others are those that an audit finds: its interval and the derived one have the true norm in common. */
class DerivedNormsTest {
    private static final LocalStorage DISK = new LocalStorage();
    private static final Precision FINE =
            new Precision(1e-6, 1e-12, Precision.Certify.RIGOROUS, Precision.MethodChoice.GRAM, null);

    @TempDir
    private Path folder;

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

    private static VerifiedRewrite verified(AuditSettings settings) {
        return new VerifiedRewrite(new Threads(), Kernels.best(), settings, VerifiedRewrite.Progress.SILENT);
    }

    private static AuditReport audit(Checkpoint checkpoint) throws Exception {
        return verified(AuditSettings.DEFAULT.withSeed(2).with(FINE)).audit(DISK, checkpoint);
    }

    /** A matrix with a row of zeros, and kernels, of which one has as many inputs as outputs. */
    private Checkpoint plain(DType dtype) throws Exception {
        SplittableRandom random = new SplittableRandom(dtype.ordinal());
        WrittenCheckpoint file = new WrittenCheckpoint();
        for (Shape shape : List.of(Shape.of(40, 30), Shape.of(6, 4, 3), Shape.of(5, 5, 2, 2))) {
            byte[] bytes = WrittenCheckpoint.random(dtype, (int) shape.elements(), random);
            Arrays.fill(bytes, 0, (int) shape.columns() * dtype.bytes(), (byte) 0);
            file.with("w" + shape.rank() + ".weight", dtype, shape, bytes);
        }
        Path path = Files.write(folder.resolve("plain.safetensors"), file.bytes());
        return Checkpoints.open(DISK, path.toString());
    }

    private Comparison written(Checkpoint old, Rewrite rewrite, @Nullable Norms known, String name) throws Exception {
        Path place = folder.resolve(name);
        ShardPlan plan = ShardPlan.of(rewrite.tensors(), 1 << 12);
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(place), Existing.REFUSED)) {
            return verified(AuditSettings.DEFAULT.withSeed(1))
                    .run(
                            new VerifiedRewrite.Old(DISK, old, known),
                            rewrite,
                            writer,
                            new VerifiedRewrite.Place(DISK, place.toString()))
                    .norms();
        }
    }

    private Checkpoint opened(String name) throws Exception {
        return Checkpoints.open(DISK, folder.resolve(name).toString());
    }

    /** All rows are derived so, and hold what fine audits of both checkpoints find. */
    private void assertTrue(Comparison norms, Derived derived, Checkpoint old, Checkpoint now) throws Exception {
        assertThat(norms.rows()).hasSizeGreaterThanOrEqualTo(3);
        Norms before = new Norms(audit(old));
        Norms after = new Norms(audit(now));
        for (Row row : norms.rows()) {
            String about = row.change().toString();
            assertThat(row.verdict()).as(about).isEqualTo(Verdict.KEPT);
            assertThat(row.derived()).as(about).isEqualTo(derived);
            int dim = Math.max(
                    requireNonNull(row.before()).dim(),
                    requireNonNull(row.after()).dim());
            // A plain weight under a spectral norm of dimension 1 is another matrix for an audit that doesn't know of
            // it.
            if (dim == 0 || row.change().before().size() > 1) {
                meet(about, row.sigmaBefore(), truth(before, row.change().before()));
            }
            if (dim == 0 || row.change().after().size() > 1) {
                meet(about, row.sigmaAfter(), truth(after, row.change().after()));
            }
        }
    }

    private static Interval truth(Norms norms, List<String> parts) {
        return requireNonNull(norms.of(parts).get(0).norm()).sigma();
    }

    private static void meet(String about, @Nullable Interval found, Interval truth) {
        Interval known = requireNonNull(found);
        assertThat(known.lower().value())
                .as(about)
                .isLessThanOrEqualTo(truth.upper().orElseThrow().value());
        assertThat(known.upper().orElseThrow().value())
                .as(about)
                .isGreaterThanOrEqualTo(truth.lower().value());
    }

    private static Stream<Arguments> norms() {
        return Stream.of(DType.F64, DType.F32, DType.F16, DType.BF16)
                .flatMap(dtype -> Stream.of(0, 1, null).map(dim -> Arguments.of(dtype, dim)));
    }

    @ParameterizedTest
    @MethodSource("norms")
    void ofWhatIsTakenApartAndFusedAgain(DType dtype, @Nullable Integer dim) throws Exception {
        Checkpoint plain = plain(dtype);
        WeightNormalization settings = WeightNormalization.of(KeyLayout.LEGACY).withDim(dim);
        Comparison apart = written(plain, Decomposition.of(plain, settings, Selection.ALL), null, "apart");
        assertTrue(apart, Derived.AFTER, plain, opened("apart"));
        for (Row row : apart.rows()) {
            double most = 1.002 * (1 + 1e-3 + 2.1 * dtype.unitRoundoff()) - 1;
            assertThat(requireNonNull(row.sigmaAfter()).relativeWidth()).isLessThan(most);
        }
        Comparison fused = written(opened("apart"), Fusion.of(opened("apart"), Selection.ALL), null, "fused");
        assertTrue(fused, Derived.BEFORE, opened("apart"), opened("fused"));
        Comparison moved = written(
                opened("apart"), Migration.of(opened("apart"), KeyLayout.PARAMETRIZED, Selection.ALL), null, "moved");
        assertTrue(moved, Derived.BEFORE, opened("apart"), opened("moved"));
        assertThat(moved.rows()).allSatisfy(row -> assertThat(row.sigmaBefore()).isEqualTo(row.sigmaAfter()));
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void ofWhatIsPutUnderSpectralNormAndFused(DType dtype) throws Exception {
        Checkpoint plain = plain(dtype);
        for (int dim : new int[] {0, 1}) {
            SpectralNormalization settings =
                    SpectralNormalization.of(KeyLayout.LEGACY).withDim(dim);
            Rewrite put = SpectralRegistration.of(plain, settings, 3, Selection.ALL);
            Comparison under = written(plain, put, null, "under" + dim);
            assertTrue(under, Derived.AFTER, plain, opened("under" + dim));
            Comparison fused = written(
                    opened("under" + dim), Fusion.of(opened("under" + dim), Selection.ALL), null, "fused" + dim);
            assertTrue(fused, Derived.BEFORE, opened("under" + dim), opened("fused" + dim));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32"})
    void ofWhatIsScaledWhereRoundingIsFarBelowTheTolerance(DType dtype) throws Exception {
        Checkpoint plain = plain(dtype);
        AuditReport report = audit(plain);
        Comparison scaled = written(plain, Normalization.toOne(report), new Norms(report), "scaled");
        assertTrue(scaled, Derived.AFTER, plain, opened("scaled"));
        assertThat(scaled.rows()).allSatisfy(row -> assertThat(row.rounding()).isPositive());
    }

    @Test
    void whatRoundingMovesFurtherIsAudited() throws Exception {
        Checkpoint plain = plain(DType.BF16);
        AuditReport report = audit(plain);
        Comparison scaled = written(plain, Normalization.toOne(report), new Norms(report), "scaled");
        assertTrue(scaled, Derived.NEITHER, plain, opened("scaled"));
    }

    /** Magnitudes that aren't the lengths of their slices, or directions that aren't the weight: both sides are audited. */
    @Test
    void whatDoesNotFollowIsAuditedTwice() throws Exception {
        Checkpoint plain = plain(DType.F32);
        Rewrite apart = Decomposition.of(plain, WeightNormalization.of(KeyLayout.LEGACY), Selection.ALL);
        for (String part : List.of("_g", "_v")) {
            List<NewTensor> tensors = new ArrayList<>(apart.tensors());
            tensors.replaceAll(tensor -> tensor.name().equals("w2.weight" + part) ? flawed(tensor) : tensor);
            Comparison norms = written(plain, new Rewrite(tensors, apart.changes(), List.of()), null, "flaw" + part);
            assertThat(norms.rows())
                    .extracting(Row::derived)
                    .containsExactly(Derived.NEITHER, Derived.AFTER, Derived.AFTER);
        }
    }

    /** The last number a little larger: nothing that a norm would show. */
    private static NewTensor flawed(NewTensor tensor) {
        return new NewTensor(tensor.name(), tensor.dtype(), tensor.shape(), (storage, out) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            tensor.content().writeTo(storage, bytes);
            byte[] all = bytes.toByteArray();
            all[all.length - 4] += 16;
            out.write(all);
        });
    }
}
