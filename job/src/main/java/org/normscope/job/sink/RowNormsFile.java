package org.normscope.job.sink;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetWriter;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.storage.Existing;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Publication;
import org.normscope.weights.EffectiveWeight;

/**
 * {@code row_norms.parquet}: key, index and norm of every row of every analyzed weight, in the order of the checkpoint. Engines find
 * norms in any order, so they wait in a temporary file of this machine, 8 bytes a row, each in its place; only pieces of it are ever
 * in memory.
 */
public final class RowNormsFile implements AutoCloseable {
    private static final String NAME = "row_norms.parquet";
    private static final int PIECE = 1 << 13;

    private final OutputFolder folder;
    private final Publication publication;
    private final Path spool;
    private final FileChannel channel;
    private final Map<EffectiveWeight, Spooled> spooled = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(PIECE * Double.BYTES);
    private long length;
    private @Nullable IOException failure;

    private RowNormsFile(OutputFolder folder, Publication publication, Path spool) throws IOException {
        this.folder = folder;
        this.publication = publication;
        this.spool = spool;
        this.channel = FileChannel.open(spool, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Where a weight's norms begin in the temporary file, and how many are there. */
    private static final class Spooled {
        private final long position;
        private long rows;

        Spooled(long position) {
            this.position = position;
        }
    }

    /**
     * Gets ready to write, before anything is computed.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the file exists and may not be replaced
     * @throws IOException if the folder, or this machine's temporary folder, can't be written to
     */
    public static RowNormsFile prepare(OutputFolder folder, Existing existing) throws IOException {
        Publication publication = Publication.prepare(folder, List.of(NAME), existing);
        try {
            Path spool = Files.createTempFile("normscope-row-norms", ".tmp");
            spool.toFile().deleteOnExit();
            return new RowNormsFile(folder, publication, spool);
        } catch (IOException e) {
            publication.close();
            throw e;
        }
    }

    /** Takes norms of some rows. Never fails; {@link #write} does in its place. */
    public synchronized void add(RowNorms norms) {
        EffectiveWeight weight = norms.task().weight();
        if (failure != null || weight == null) {
            return;
        }
        Spooled place = spooled.get(weight);
        if (place == null) {
            place = new Spooled(length);
            spooled.put(weight, place);
            length += Double.BYTES * weight.rows();
        }
        try {
            put(norms.norms(), place.position + Double.BYTES * norms.first());
            place.rows += norms.norms().length;
        } catch (IOException e) {
            failure = new IOException(spool + ": keeping row norms there failed: " + e.getMessage(), e);
        }
    }

    private void put(double[] norms, long position) throws IOException {
        for (int from = 0; from < norms.length; from += PIECE) {
            int count = Math.min(PIECE, norms.length - from);
            buffer.clear().asDoubleBuffer().put(norms, from, count);
            buffer.limit(count * Double.BYTES);
            for (long at = position + (long) Double.BYTES * from; buffer.hasRemaining(); ) {
                at += channel.write(buffer, at);
            }
        }
    }

    /**
     * Writes the file.
     *
     * @param weights the report's, in the order of the checkpoint; those that aren't analyzed, or have no entries, get no rows
     * @return where it lies
     * @throws IOException if this or an earlier step failed; then there is no file under the final name
     */
    public synchronized String write(List<WeightRow> weights) throws IOException {
        if (failure != null) {
            throw failure;
        }
        publication.write(NAME, out -> write(weights, out));
        publication.publish();
        return folder.location(NAME);
    }

    private void write(List<WeightRow> weights, OutputStream out) throws IOException {
        try (ParquetWriter<RowNormsTable.Row> writer = RowNormsTable.open(out)) {
            for (WeightRow row : weights) {
                EffectiveWeight weight = row.weight();
                if (row.status() == Status.ANALYZED && weight.rows() > 0 && weight.cols() > 0) {
                    write(weight, spooled.get(weight), writer);
                }
            }
        }
        out.flush();
    }

    private void write(EffectiveWeight weight, @Nullable Spooled place, ParquetWriter<RowNormsTable.Row> writer)
            throws IOException {
        if (place == null || place.rows != weight.rows()) {
            throw new IllegalStateException(weight.name() + ": the engine gave " + (place == null ? 0 : place.rows)
                    + " row norms of " + weight.rows());
        }
        RowNormsTable.Key key = RowNormsTable.Key.of(weight);
        for (long from = 0; from < place.rows; from += PIECE) {
            int count = (int) Math.min(PIECE, place.rows - from);
            read(place.position + Double.BYTES * from, count);
            for (int i = 0; i < count; i++) {
                writer.write(new RowNormsTable.Row(key, from + i, buffer.getDouble(i * Double.BYTES)));
            }
        }
    }

    private void read(long position, int count) throws IOException {
        buffer.clear().limit(count * Double.BYTES);
        for (long at = position; buffer.hasRemaining(); ) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new EOFException("the temporary file of the row norms became shorter");
            }
            at += read;
        }
    }

    /** Leaves nothing behind but a complete file. */
    @Override
    public void close() throws IOException {
        publication.close();
        channel.close();
        Files.deleteIfExists(spool);
    }
}
