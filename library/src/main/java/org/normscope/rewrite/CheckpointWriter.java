package org.normscope.rewrite;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.normscope.format.huggingface.IndexWriter;
import org.normscope.format.huggingface.SideFiles.SideFile;
import org.normscope.rewrite.ShardWriter.Draft;
import org.normscope.storage.Existing;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Publication;
import org.normscope.storage.Storage;
import org.normscope.storage.TemporaryFiles;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;

/**
 * Writes new checkpoints as safetensors files, in constant memory. Every file is written under a temporary name, read back and compared
 * with what was sent; the new checkpoint can be read then, as it will be. At the end all files get their names, the index last.
 */
public final class CheckpointWriter implements AutoCloseable {
    private final ShardPlan plan;
    private final OutputFolder folder;
    private final Publication publication;
    /** Bytes that this process wrote, and those of complete files, whoever wrote them. */
    private final LongAdder written = new LongAdder();

    private final LongAdder complete = new LongAdder();

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
     * Writes the checkpoint; nothing is visible yet.
     *
     * @param storage where the old checkpoint lies
     * @return SHA-256 and length of every file, in the order of {@link ShardPlan#files}
     * @throws IOException if reading or writing fails, or a file isn't what was sent
     */
    public List<WrittenFile> write(ShardEngine engine, Storage storage) throws IOException {
        ShardWriter writer = new ShardWriter(storage, new Counted(publication.scratch(), written), publication.mark());
        Map<String, Draft> drafts = new HashMap<>();
        try {
            for (SideFile beside : plan.beside()) {
                adopt(drafts, writer.copy(beside));
            }
            engine.write(writer, plan.shards(), draft -> adopt(drafts, draft));
            if (plan.isIndexed()) {
                adopt(
                        drafts,
                        writer.write(
                                ShardPlan.INDEX, "0", out -> IndexWriter.write(plan.weightMap(), plan.bytes(), out)));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<WrittenFile> files = new ArrayList<>();
        for (String name : plan.files()) {
            Draft draft = drafts.get(name);
            if (draft == null) {
                throw new IOException(folder.location(name) + ": nobody wrote it");
            }
            files.add(draft.file());
        }
        return files;
    }

    private void adopt(Map<String, Draft> drafts, Draft draft) {
        try {
            publication.adopt(draft.file().name(), draft.temporary());
            drafts.put(draft.file().name(), draft);
            complete.add(draft.file().bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of all tensors of the new checkpoint. */
    public long bytes() {
        return plan.bytes();
    }

    /** Bytes that are written so far, as far as this process knows: headers too. */
    public long bytesWritten() {
        return Math.max(written.sum(), complete.sum());
    }

    /**
     * The storage as it will be when the checkpoint is published.
     *
     * @param location of the folder, as the new checkpoint will be opened
     */
    public Storage unpublished(Storage storage, String location) {
        return publication.unpublished(storage, location, plan.isIndexed() ? Set.of() : Set.of(ShardPlan.INDEX));
    }

    /**
     * Gives all files their names; when the last one is there, so are all others.
     *
     * @throws IOException if that fails; then no file has its name
     */
    public void publish() throws IOException {
        if (!plan.isIndexed()) {
            folder.delete(ShardPlan.INDEX);
        }
        publication.publish();
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

    /** Counts what this process writes; sent to another one, it is nothing but the files. */
    private record Counted(TemporaryFiles files, LongAdder written) implements TemporaryFiles, Serializable {
        @Override
        public String location(String name) {
            return files.location(name);
        }

        @Override
        public OutputStream create(String name) throws IOException {
            return new FilterOutputStream(files.create(name)) {
                @Override
                public void write(byte[] bytes, int offset, int count) throws IOException {
                    out.write(bytes, offset, count);
                    written.add(count);
                }
            };
        }

        @Override
        public InputStream open(String name) throws IOException {
            return files.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            files.delete(name);
        }

        private Object writeReplace() {
            return files;
        }
    }
}
