package org.normscope.job.sink;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.SingularVectors;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.storage.Existing;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Publication;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.How;

/**
 * {@code vectors.safetensors}: for each weight {@code NAME.u}, K x rows, and {@code NAME.v}, K x cols, in F64 and in the order of the
 * checkpoint; behind the name the recipe of a weight that isn't plain, and the index of a slice. Engines finish weights in any order,
 * so vectors wait in a temporary file of this machine until all are there.
 */
public final class VectorsFile implements AutoCloseable {
    private static final String NAME = "vectors.safetensors";

    private final OutputFolder folder;
    private final Publication publication;
    private final Path spool;
    private final List<Spooled> spooled = new ArrayList<>();
    private long length;
    private @Nullable IOException failure;

    private VectorsFile(OutputFolder folder, Publication publication, Path spool) {
        this.folder = folder;
        this.publication = publication;
        this.spool = spool;
    }

    private record Spooled(EffectiveWeight weight, String side, Shape shape, long position) {
        SafetensorsWriter.Part part(FileChannel spool) {
            String how = weight.how() == How.PLAIN ? "" : "." + weight.how().word();
            String slice = weight.isSlice() ? "." + weight.batchIndex() : "";
            return new SafetensorsWriter.Part(weight.name() + how + slice + "." + side, DType.F64, shape, out -> {
                InputStream in = Channels.newInputStream(spool.position(position));
                for (long left = shape.elements() * Double.BYTES; left > 0; ) {
                    byte[] piece = in.readNBytes((int) Math.min(left, 1 << 16));
                    if (piece.length == 0) {
                        throw new EOFException("the temporary file of the vectors became shorter");
                    }
                    out.write(piece);
                    left -= piece.length;
                }
            });
        }
    }

    /**
     * Gets ready to write, before anything is computed.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the file exists and may not be replaced
     * @throws IOException if the folder, or this machine's temporary folder, can't be written to
     */
    public static VectorsFile prepare(OutputFolder folder, Existing existing) throws IOException {
        Publication publication = Publication.prepare(folder, List.of(NAME), existing);
        try {
            Path spool = Files.createTempFile("normscope-vectors", ".tmp");
            spool.toFile().deleteOnExit();
            return new VectorsFile(folder, publication, spool);
        } catch (IOException e) {
            publication.close();
            throw e;
        }
    }

    /** Takes a weight's vectors. Never fails; {@link #write} does in its place. */
    public synchronized void add(EffectiveWeight weight, SingularVectors vectors) {
        if (failure != null) {
            return;
        }
        try {
            append(weight, "u", vectors.count(), vectors.u());
            append(weight, "v", vectors.count(), vectors.v());
        } catch (IOException e) {
            failure = e;
        }
    }

    private void append(EffectiveWeight weight, String side, int count, double[] values) throws IOException {
        Shape shape = Shape.of(count, count == 0 ? 0 : values.length / count);
        spooled.add(new Spooled(weight, side, shape, length));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(spool, StandardOpenOption.APPEND))) {
            ByteBuffer one = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (double value : values) {
                out.write(one.putDouble(0, value).array());
            }
        }
        length += (long) Double.BYTES * values.length;
    }

    /**
     * Writes the file.
     *
     * @param order the weights in the order of the checkpoint
     * @return where it lies
     * @throws IOException if this or an earlier step failed
     */
    public synchronized String write(List<EffectiveWeight> order) throws IOException {
        if (failure != null) {
            throw failure;
        }
        Map<EffectiveWeight, Integer> ranks = new HashMap<>();
        order.forEach(weight -> ranks.put(weight, ranks.size()));
        try (FileChannel in = FileChannel.open(spool, StandardOpenOption.READ)) {
            List<SafetensorsWriter.Part> parts = spooled.stream()
                    .sorted(Comparator.comparingInt((Spooled one) -> ranks.getOrDefault(one.weight(), 0))
                            .thenComparing(Spooled::side))
                    .map(one -> one.part(in))
                    .toList();
            publication.write(NAME, out -> SafetensorsWriter.write(parts, out));
        }
        publication.publish();
        return folder.location(NAME);
    }

    /** Leaves nothing behind but a complete file. */
    @Override
    public void close() throws IOException {
        publication.close();
        Files.deleteIfExists(spool);
    }
}
