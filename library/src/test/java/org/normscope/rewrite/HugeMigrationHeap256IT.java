package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.SafetensorsBytes;

/** A checkpoint of twice the heap is rewritten in a heap of 256 MB. */
class HugeMigrationHeap256IT {
    private static final long ROWS = 140_000;
    private static final long COLS = 1000;

    @TempDir
    private Path folder;

    @Test
    void aTensorLargerThanTheHeapIsCopied() throws Exception {
        Path file = folder.resolve("old.safetensors");
        String header = "{"
                + SafetensorsBytes.entry("a.weight_g", "F32", "[140000,1]", 0, 4 * ROWS)
                + ","
                + SafetensorsBytes.entry("a.weight_v", "F32", "[140000,1000]", 4 * ROWS, 4 * ROWS * (1 + COLS))
                + "}";
        byte[] start = SafetensorsBytes.of(header, 0);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(start);
            sparse.setLength(start.length + 4 * ROWS * (1 + COLS));
            sparse.seek(sparse.length() - 3);
            sparse.write(new byte[] {1, 2, 3});
        }
        LocalStorage disk = new LocalStorage();
        Checkpoint old = Checkpoints.open(disk, file.toString());
        assertThat(old.tensors().get(1).bytes()).isGreaterThan(2 * (256L << 20));

        Checkpoint now = Loaded.written(
                Migration.of(old, KeyLayout.PARAMETRIZED, Selection.ALL).tensors(),
                1 << 20,
                disk,
                folder.resolve("new"));

        assertThat(now.tensors())
                .extracting(StoredTensor::name)
                .containsExactly("a.parametrizations.weight.original0", "a.parametrizations.weight.original1");
        StoredTensor last = now.tensors().get(1);
        byte[] end = new byte[3];
        try (var in = disk.open(now.fileOf(last).location())) {
            in.readFully(in.length() - 3, end, 0, 3);
        }
        assertThat(end).containsExactly(1, 2, 3);
    }
}
