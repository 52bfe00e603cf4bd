package org.normscope.rewrite;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.normscope.format.huggingface.IndexWriter;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.storage.Existing;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Publication;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;

/**
 * Writes new checkpoints as safetensors files, in constant memory. Every file is written under a temporary name, read back and compared
 * with what was sent; then all get their names, the index last.
 */
public final class CheckpointWriter implements AutoCloseable {
    /** What transformers and safetensors' torch functions ask of a file. */
    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private static final int BUFFER = 1 << 20;

    private final ShardPlan plan;
    private final OutputFolder folder;
    private final Publication publication;

    private CheckpointWriter(ShardPlan plan, OutputFolder folder, Publication publication) {
        this.plan = plan;
        this.folder = folder;
        this.publication = publication;
    }

    /**
     * Gets ready to write, before anything is read.
     *
     * @param existing what happens to files of the same names, and to an index that would hide the new file
     * @throws FileAlreadyExistsException if there are such files and they may not be replaced
     * @throws IOException if the folder can't be written to
     */
    public static CheckpointWriter prepare(ShardPlan plan, OutputFolder folder, Existing existing) throws IOException {
        List<String> names = new ArrayList<>(plan.files());
        if (!plan.isIndexed()) {
            names.add(ShardPlan.INDEX);
        }
        return new CheckpointWriter(plan, folder, Publication.prepare(folder, names, existing));
    }

    /**
     * Writes the checkpoint; when its last file is there, so are all others.
     *
     * @param storage where the old checkpoint lies
     * @return SHA-256 and length of every file, in the order of {@link ShardPlan#files}
     * @throws IOException if reading or writing fails, or a file isn't what was sent; then no file appears under its name
     */
    public List<WrittenFile> write(Storage storage) throws IOException {
        List<WrittenFile> written = new ArrayList<>();
        for (Shard shard : plan.shards()) {
            written.add(write(shard.name(), out -> SafetensorsWriter.write(parts(shard, storage), METADATA, out)));
        }
        if (plan.isIndexed()) {
            written.add(write(ShardPlan.INDEX, out -> IndexWriter.write(plan.weightMap(), plan.bytes(), out)));
        } else {
            folder.delete(ShardPlan.INDEX);
        }
        publication.publish();
        return written;
    }

    private static List<SafetensorsWriter.Part> parts(Shard shard, Storage storage) {
        return shard.tensors().stream()
                .map(tensor -> new SafetensorsWriter.Part(
                        tensor.name(),
                        tensor.dtype(),
                        tensor.shape(),
                        out -> tensor.content().writeTo(storage, out)))
                .toList();
    }

    private WrittenFile write(String name, Publication.Content content) throws IOException {
        Fingerprint sent = new Fingerprint();
        publication.write(name, out -> content.writeTo(sent.of(out)));
        Fingerprint found = new Fingerprint();
        try (InputStream in = publication.read(name);
                OutputStream all = found.of(OutputStream.nullOutputStream())) {
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                all.write(buffer, 0, count);
            }
        }
        WrittenFile expected = sent.file(name);
        if (!found.file(name).equals(expected)) {
            throw new IOException(folder.location(name)
                    + ": what was read back isn't what was written; nothing is kept. Check the disk, then write again");
        }
        return expected;
    }

    /**
     * Requires that what a reader finds of the new checkpoint is what was planned: names, types and shapes, in order.
     *
     * @param found the new checkpoint, opened
     * @throws IOException if it isn't
     */
    public void requireSame(Checkpoint found) throws IOException {
        List<StoredTensor> tensors = found.tensors();
        List<NewTensor> planned = plan.shards().stream()
                .flatMap(shard -> shard.tensors().stream())
                .toList();
        for (int i = 0; i < Math.max(planned.size(), tensors.size()); i++) {
            boolean same = i < planned.size() && i < tensors.size() && isSame(planned.get(i), tensors.get(i));
            if (!same) {
                throw new IOException(
                        found.location() + ": tensor " + (i + 1) + " of the new checkpoint is not the one that"
                                + " was planned; does another index or file lie in the folder? Write to an empty one");
            }
        }
    }

    private static boolean isSame(NewTensor planned, StoredTensor found) {
        return planned.name().equals(found.name())
                && planned.dtype() == found.dtype()
                && planned.shape().equals(found.shape());
    }

    /** Leaves nothing behind but complete files. */
    @Override
    public void close() {
        publication.close();
    }
}
