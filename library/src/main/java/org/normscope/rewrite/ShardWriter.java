package org.normscope.rewrite;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;
import org.normscope.format.huggingface.SideFiles.SideFile;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.storage.Publication;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.storage.TemporaryFiles;

/**
 * Writes shards, each under a temporary name of its own, reads them back and compares. In constant memory, on whichever machine.
 *
 * @param storage where the old checkpoint lies
 * @param files where the new one goes
 * @param mark what the marks of temporary names begin with
 */
public record ShardWriter(Storage storage, TemporaryFiles files, String mark) implements Serializable {
    private static final int BUFFER = 1 << 20;

    /**
     * A file that isn't visible yet.
     *
     * @param file as it will be
     * @param temporary its name until then
     */
    public record Draft(WrittenFile file, String temporary) implements Serializable {}

    /**
     * Writes a shard.
     *
     * @param attempt a word that no other attempt at this shard has, here or elsewhere
     * @throws UnwritableWeightException if the old numbers don't allow what was asked for; no attempt will do better
     * @throws IOException if reading or writing fails, or the file isn't what was sent; then it is deleted
     */
    public Draft write(Shard shard, String attempt) throws IOException {
        return write(shard.name(), attempt, out -> SafetensorsWriter.write(parts(shard), shard.metadata(), out));
    }

    /**
     * Copies a file that lies beside the old weights.
     *
     * @throws IOException as {@link #write}
     */
    Draft copy(SideFile file) throws IOException {
        return write(file.name(), "0", out -> {
            try (RangeReader in = storage.open(file.location())) {
                byte[] buffer = new byte[(int) Math.min(BUFFER, file.bytes())];
                for (long done = 0; done < file.bytes(); done += buffer.length) {
                    int count = (int) Math.min(buffer.length, file.bytes() - done);
                    in.readFully(done, buffer, 0, count);
                    out.write(buffer, 0, count);
                }
            }
        });
    }

    private List<SafetensorsWriter.Part> parts(Shard shard) {
        return shard.tensors().stream()
                .map(tensor -> new SafetensorsWriter.Part(
                        tensor.name(),
                        tensor.dtype(),
                        tensor.shape(),
                        out -> tensor.content().writeTo(storage, out)))
                .toList();
    }

    Draft write(String name, String attempt, Publication.Content content) throws IOException {
        String temporary = Publication.temporaryName(name, mark + "-" + attempt);
        try {
            Fingerprint sent = send(name, temporary, content);
            if (!isFound(temporary, sent)) {
                throw new IOException(
                        files.location(name)
                                + ": what was read back isn't what was written; nothing is kept. Check the disk, then write again");
            }
            return new Draft(sent.file(name), temporary);
        } catch (IOException | RuntimeException | Error e) {
            try {
                files.delete(temporary);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private Fingerprint send(String name, String temporary, Publication.Content content) throws IOException {
        Fingerprint sent = new Fingerprint();
        try (OutputStream out = new BufferedOutputStream(files.create(temporary), BUFFER)) {
            content.writeTo(sent.of(out));
        } catch (UnwritableWeightException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(files.location(name) + ": writing it failed: " + e.getMessage(), e);
        }
        return sent;
    }

    private boolean isFound(String temporary, Fingerprint sent) throws IOException {
        try (InputStream in = files.open(temporary)) {
            return sent.isOf(in);
        }
    }
}
