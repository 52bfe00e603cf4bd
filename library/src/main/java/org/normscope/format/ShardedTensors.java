package org.normscope.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * The tensors of a checkpoint while its files are read: whole ones, and those that are put together from pieces. The size of a tensor is
 * what its pieces reach to, as nothing else says it.
 */
public final class ShardedTensors {
    private static final int MOST_LISTED = 5;
    private static final Comparator<Layout.Box> BY_PLACE = Comparator.<Layout.Box>comparingInt(
                    box -> box.layout().files().iterator().next())
            .thenComparingLong(box -> box.layout().offset());

    private final String location;
    private final TensorBudget tensors;
    private final ChunkBudget chunks = new ChunkBudget();
    private final Map<String, Found> found = new LinkedHashMap<>();

    /** @param location of the checkpoint, for messages */
    public ShardedTensors(String location) {
        this.location = location;
        this.tensors = new TensorBudget(location);
    }

    /**
     * A tensor or a piece of one.
     *
     * @param file its file's name, for messages
     * @param start index of its first element in the whole; null if it is no piece
     */
    private record Source(
            String file, StoredTensor stored, @Nullable List<Long> start) {}

    /** All sources of one name; almost always there is one. */
    private static final class Found {
        private final Source first;
        private List<Source> more = List.of();

        Found(Source first) {
            this.first = first;
        }

        List<Source> all() {
            List<Source> all = new ArrayList<>();
            all.add(first);
            all.addAll(more);
            return all;
        }
    }

    /**
     * Adds what a file holds.
     *
     * @param file its name, for messages
     * @param stored what lies there, in the checkpoint's numbers of files
     * @param piece where it belongs; null if the file says nothing of it
     * @throws BadCheckpointException if there are too many, or one of its name was there and one of the two is whole
     */
    public void add(String file, StoredTensor stored, Shard.@Nullable Piece piece) throws BadCheckpointException {
        String name = piece == null ? stored.name() : piece.tensor();
        Source source = new Source(file, stored, piece == null ? null : piece.start());
        Found earlier = found.get(name);
        if (earlier == null) {
            tensors.spend(name);
            found.put(name, new Found(source));
            return;
        }
        chunks.spend(shown(name), 1, stored.shape().rank());
        if (piece == null || earlier.first.start == null) {
            throw new BadCheckpointException(shown(name) + " is in two files, " + Printable.quoted(earlier.first.file)
                    + " and " + Printable.quoted(file) + "; give the file that counts, or write the shards again");
        }
        if (earlier.more.isEmpty()) {
            earlier.more = new ArrayList<>();
        }
        earlier.more.add(source);
    }

    private String shown(String tensor) {
        return location + ": tensor " + Printable.quoted(tensor);
    }

    /** Whether a file of this name holds a tensor, or a piece of it. */
    public boolean isIn(String tensor, String file) {
        Found known = found.get(tensor);
        return known != null && known.all().stream().anyMatch(source -> source.file.equals(file));
    }

    /** How many tensors have several pieces. */
    public long cut() {
        return found.values().stream().filter(one -> !one.more.isEmpty()).count();
    }

    /**
     * All tensors, in the order in which they were first met.
     *
     * @throws BadCheckpointException if pieces of one don't fit each other, overlap, or leave a hole
     */
    public List<StoredTensor> tensors() throws BadCheckpointException {
        List<StoredTensor> whole = new ArrayList<>(found.size());
        for (Map.Entry<String, Found> entry : found.entrySet()) {
            Source first = entry.getValue().first;
            whole.add(
                    first.start == null
                            ? first.stored
                            : new Whole(entry.getKey(), entry.getValue().all()).tensor());
        }
        return whole;
    }

    /** One tensor from all its pieces. */
    private final class Whole {
        private final String name;
        private final List<Source> pieces;
        private final DType dtype;
        private final int rank;

        Whole(String name, List<Source> pieces) {
            this.name = name;
            this.pieces = pieces;
            this.dtype = pieces.get(0).stored.dtype();
            this.rank = pieces.get(0).stored.shape().rank();
        }

        StoredTensor tensor() throws BadCheckpointException {
            for (Source piece : pieces) {
                if (piece.stored.dtype() != dtype || piece.stored.shape().rank() != rank) {
                    throw because("one is " + pieces.get(0).stored.type() + " "
                            + pieces.get(0).stored.shape()
                            + ", another " + piece.stored.type() + " " + piece.stored.shape()
                            + "; write the checkpoint again");
                }
            }
            Shape shape = shape();
            String fault = Tiling.fault(
                            shape,
                            pieces.stream()
                                    .map(piece -> new Tiling.Part(start(piece), piece.stored.shape()))
                                    .toList())
                    .orElse("");
            if (!fault.isEmpty()) {
                throw because(fault + "; give the directory with the files of all ranks");
            }
            return new StoredTensor(name, dtype, shape, layout(shape));
        }

        private static List<Long> start(Source piece) {
            return piece.start == null ? List.of() : piece.start;
        }

        private Shape shape() throws BadCheckpointException {
            List<Long> reach = new ArrayList<>();
            for (int dim = 0; dim < rank; dim++) {
                long most = 0;
                for (Source piece : pieces) {
                    most = Math.max(
                            most,
                            start(piece).get(dim) + piece.stored.shape().dims().get(dim));
                }
                reach.add(most);
            }
            try {
                Shape shape = new Shape(reach);
                StoredTensor.bytes(dtype, shape);
                return shape;
            } catch (ArithmeticException e) {
                throw because("they reach to " + reach + ", more than 2^63 - 1 bits or not whole bytes");
            }
        }

        private Layout layout(Shape shape) {
            List<Layout.Box> boxes = pieces.stream()
                    .filter(piece -> piece.stored.shape().elements() > 0)
                    .map(piece -> new Layout.Box(start(piece), piece.stored.shape(), piece.stored.layout()))
                    .sorted(BY_PLACE)
                    .toList();
            if (boxes.isEmpty()) {
                Layout first = pieces.get(0).stored.layout();
                return Layout.contiguous(first.files().iterator().next(), first.offset(), shape);
            }
            return boxes.size() == 1 ? boxes.get(0).layout() : new Layout.Boxes(boxes);
        }

        private BadCheckpointException because(String what) {
            Set<String> files = new LinkedHashSet<>();
            pieces.forEach(piece -> files.add(piece.file));
            String listed =
                    files.stream().limit(MOST_LISTED).map(Printable::quoted).collect(Collectors.joining(", "));
            return new BadCheckpointException(shown(name) + ", whose pieces are in " + listed
                    + (files.size() > MOST_LISTED ? ", …" : "") + ": " + what);
        }
    }
}
