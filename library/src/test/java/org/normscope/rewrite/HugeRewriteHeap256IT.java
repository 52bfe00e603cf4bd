package org.normscope.rewrite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Engine;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.Selection;
import org.normscope.kernel.Kernels;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.SpectralNormalization;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.verify.Comparison;
import org.normscope.rewrite.verify.RelationEngine;
import org.normscope.rewrite.verify.VerifiedRewrite;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.SafetensorsBytes;
import org.normscope.testing.WrittenCheckpoint;

/** A tensor of twice the heap is taken apart, fused, normalized and put under spectral norm in a heap of 256 MB. */
class HugeRewriteHeap256IT {
    private static final long ROWS = 140_000;
    private static final long COLS = 1000;
    private static final LocalStorage DISK = new LocalStorage();

    @TempDir
    private Path folder;

    /** All zeros, but for 3 and 4 in the last row. */
    private Checkpoint huge() throws Exception {
        Path file = folder.resolve("old.safetensors");
        String header = "{" + SafetensorsBytes.entry("a.weight", "F32", "[140000,1000]", 0, 4 * ROWS * COLS) + "}";
        byte[] start = SafetensorsBytes.of(header, 0);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(start);
            sparse.setLength(start.length + 4 * ROWS * COLS);
            sparse.seek(sparse.length() - 8);
            sparse.write(Ulps.encoded(org.normscope.tensor.DType.F32, 3, 4));
        }
        assertThat(4 * ROWS * COLS).isGreaterThan(2 * (256L << 20));
        return Checkpoints.open(DISK, file.toString());
    }

    @Test
    void itIsTakenApartAndFusedAgain() throws Exception {
        Rewrite apart = Decomposition.of(huge(), WeightNormalization.of(KeyLayout.PARAMETRIZED), Selection.ALL);
        Checkpoint middle = Loaded.written(apart.tensors(), 1 << 20, DISK, folder.resolve("apart"));
        double[] g = Loaded.values(DISK, middle, "a.parametrizations.weight.original0");
        assertThat(g).hasSize((int) ROWS).endsWith(0, 5);
        assertThat(end(Fusion.of(middle, Selection.ALL).tensors().get(0))).containsExactly(0, 3, 4);
    }

    private record SmallHeap() implements VerifiedRewrite.Engines {
        @Override
        public Engine engine(Storage storage) {
            return new LocalEngine(storage, Kernels.best(), 2, 128L << 20);
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

    @Test
    void itIsComparedEntryByEntryAndAuditedOnce() throws Exception {
        Checkpoint old = huge();
        Rewrite apart = Decomposition.of(old, WeightNormalization.of(KeyLayout.LEGACY), Selection.ALL);
        Path place = folder.resolve("verified");
        ShardPlan plan = ShardPlan.of(apart.tensors(), 1 << 20);
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(place), Existing.REFUSED)) {
            Comparison.Row row = new VerifiedRewrite(
                            new SmallHeap(), Kernels.best(), Audited.SETTINGS, VerifiedRewrite.Progress.SILENT)
                    .run(
                            new VerifiedRewrite.Old(DISK, old, null),
                            apart,
                            writer,
                            new VerifiedRewrite.Place(DISK, place.toString()))
                    .norms()
                    .rows()
                    .get(0);
            assertThat(row.derived()).isEqualTo(Comparison.Derived.AFTER);
            assertThat(requireNonNull(row.sigmaAfter()).lower().value()).isBetween(4.99, 5.0);
            assertThat(requireNonNull(row.sigmaAfter()).estimate()).isBetween(4.99, 5.01);
        }
    }

    @Test
    void itIsNormalized() throws Exception {
        Rewrite rewrite = Normalization.toOne(Audited.of(DISK, huge().location(), Audited.SETTINGS));
        double[] end = end(rewrite.tensors().get(0));
        assertThat(end[0]).isZero();
        assertThat(end[1]).isBetween(0.599, 0.6001);
        assertThat(end[2]).isBetween(0.799, 0.8001);
    }

    @Test
    void itIsPutUnderSpectralNorm() throws Exception {
        Rewrite rewrite = SpectralRegistration.of(huge(), SpectralNormalization.of(KeyLayout.LEGACY), 3, Selection.ALL);
        double[] u = Loaded.values(DISK, rewrite.tensors().get(1));
        assertThat(Math.abs(u[(int) ROWS - 1])).isEqualTo(1);
        assertThat(rewrite.tensors().get(2).shape().elements()).isEqualTo(COLS);
    }

    /** The last three numbers of what is written. */
    private static double[] end(NewTensor tensor) throws Exception {
        byte[] last = new byte[12];
        long[] written = {0};
        tensor.content().writeTo(DISK, new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("one byte at a time");
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
                int kept = Math.min(count, last.length);
                System.arraycopy(last, kept, last, 0, last.length - kept);
                System.arraycopy(bytes, offset + count - kept, last, last.length - kept, kept);
                written[0] += count;
            }
        });
        assertThat(written[0]).isEqualTo(tensor.bytes());
        return WrittenCheckpoint.decoded(tensor.dtype(), last);
    }
}
