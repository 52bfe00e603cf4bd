package org.normscope.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.normscope.tensor.Shape;

/**
 * Whether parts of a tensor hold each of its elements exactly once, without a look at pairs of parts.
 *
 * <p>How many parts hold an element is a sum of indicators of boxes. Its mixed difference is a sum over corners, of which each box has 2^d, with
 * alternating signs; two such sums that are zero far outside are the same where their mixed differences are. So corners are compared with
 * those of the whole tensor, dimension by dimension: at each index, the parts that begin there count once, those that end there once less. The
 * first place where they differ is the first element that is held too often or not at all. For n parts this takes n 2^d log n steps and
 * memory for n d; d counts only dimensions that are cut.
 */
public final class Tiling {
    /** Corners of all parts together: beyond that a tensor is nobody's. */
    private static final long MOST_CORNERS = 1 << 25;

    private static final Comparator<Edge> BY_PLACE = Comparator.comparingLong(Edge::at);

    private final Shape whole;
    private final int[] cut;
    private final Long[] corner;

    private Tiling(Shape whole, int[] cut) {
        this.whole = whole;
        this.cut = cut;
        this.corner = IntStream.range(0, whole.rank()).mapToObj(dim -> 0L).toArray(Long[]::new);
    }

    /**
     * A part of a tensor.
     *
     * @param start index of its first element, one per dimension
     * @param shape its extent; {@code start + shape} are at most 2^63 - 1
     */
    public record Part(List<Long> start, Shape shape) {
        /** Copies the list. */
        public Part {
            start = List.copyOf(start);
        }

        private long end(int dim) {
            return start.get(dim) + shape.dims().get(dim);
        }

        /** For people: {@code [2, 3] at [0, 0]}. */
        @Override
        public String toString() {
            return shape + " at " + start;
        }
    }

    /** Where a part begins or ends along a dimension, and what that counts. */
    private record Edge(long at, Part part, int times) {}

    /**
     * What is wrong, in words that follow the name of the tensor: an element that no part or several hold, or too many parts to tell.
     *
     * @param parts each inside of the tensor; those without elements don't count
     */
    public static Optional<String> fault(Shape whole, List<Part> parts) {
        if (whole.elements() == 0) {
            return Optional.empty();
        }
        List<Edge> filled = parts.stream()
                .filter(part -> part.shape.elements() > 0)
                .map(part -> new Edge(0, part, 1))
                .toList();
        int[] cut = IntStream.range(0, whole.rank())
                .filter(dim -> filled.stream()
                        .anyMatch(edge ->
                                edge.part.shape.dims().get(dim) < whole.dims().get(dim)))
                .toArray();
        if (cut.length >= Long.SIZE - 1 || filled.size() > MOST_CORNERS >> cut.length) {
            return Optional.of(filled.size() + " chunks, cut along " + cut.length
                    + " dimensions, are more than can be checked; save it in fewer");
        }
        return new Tiling(whole, cut).differs(filled, 0, 1);
    }

    /** Compares the corners that have the indices fixed so far; {@code expected} of them are the tensor's own. */
    private Optional<String> differs(List<Edge> parts, int level, int expected) {
        if (level == cut.length) {
            int times = parts.stream().mapToInt(Edge::times).sum();
            return times == expected ? Optional.empty() : Optional.of(words(times - expected));
        }
        int dim = cut[level];
        List<Edge> edges = edges(parts, dim);
        boolean missesOwn = expected != 0 && (edges.isEmpty() || edges.get(0).at != 0);
        if (missesOwn) {
            corner[dim] = 0L;
            return differs(List.of(), level + 1, expected);
        }
        int from = 0;
        while (from < edges.size()) {
            long at = edges.get(from).at;
            int to = from + 1;
            while (to < edges.size() && edges.get(to).at == at) {
                to++;
            }
            corner[dim] = at;
            int own = at == 0 ? expected : at == whole.dims().get(dim) ? -expected : 0;
            Optional<String> found = differs(edges.subList(from, to), level + 1, own);
            if (found.isPresent()) {
                return found;
            }
            from = to;
        }
        return Optional.empty();
    }

    private static List<Edge> edges(List<Edge> parts, int dim) {
        List<Edge> edges = new ArrayList<>(2 * parts.size());
        for (Edge part : parts) {
            edges.add(new Edge(part.part.start.get(dim), part.part, part.times));
            edges.add(new Edge(part.part.end(dim), part.part, -part.times));
        }
        edges.sort(BY_PLACE);
        return edges;
    }

    /** All corners before this one agree, so the element here is held so many times more than once. */
    private String words(int excess) {
        String element = "element " + List.of(corner);
        return excess < 0
                ? element + " is in no chunk: the chunks leave a hole"
                : element + " is in " + (1 + excess) + " chunks: they overlap";
    }
}
