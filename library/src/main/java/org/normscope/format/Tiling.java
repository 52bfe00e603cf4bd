package org.normscope.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.normscope.tensor.Shape;

/**
 * Whether parts of a tensor hold each of its elements exactly once. Every part counts its corners, with the sign of the number of upper
 * ends; the sums are those of the whole tensor if and only if it is tiled, for they are the mixed derivative of the number of parts that
 * hold an element. That takes no pairs of parts.
 */
public final class Tiling {
    /** Corners of all parts together: beyond that a tensor is nobody's. */
    private static final long MOST_CORNERS = 1L << 22;

    private static final int MOST_DIMENSIONS = 16;

    private Tiling() {}

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
    }

    /** Whether corners are too many to be counted. */
    public static boolean isTooMuch(Shape whole, int parts) {
        return whole.rank() > MOST_DIMENSIONS || (long) parts << whole.rank() > MOST_CORNERS;
    }

    /** Whether the parts, each inside the tensor, tile it; only if that isn't {@link #isTooMuch}. */
    public static boolean tiles(Shape whole, List<Part> parts) {
        if (isTooMuch(whole, parts.size())) {
            throw new IllegalArgumentException(parts.size() + " parts of " + whole);
        }
        List<Corner> corners = new ArrayList<>();
        Part all = new Part(
                Arrays.asList(new Long[whole.rank()]).stream().map(none -> 0L).toList(), whole);
        addCorners(all, -1, corners);
        parts.forEach(part -> addCorners(part, 1, corners));
        corners.sort((a, b) -> Arrays.compare(a.place, b.place));
        long sum = 0;
        for (int i = 0; i < corners.size(); i++) {
            sum += corners.get(i).sign;
            boolean last = i + 1 == corners.size() || !Arrays.equals(corners.get(i).place, corners.get(i + 1).place);
            if (last && sum != 0) {
                return false;
            }
        }
        return true;
    }

    private static void addCorners(Part part, int sign, List<Corner> corners) {
        int rank = part.shape.rank();
        for (int upper = 0; upper < 1 << rank; upper++) {
            long[] place = new long[rank];
            for (int i = 0; i < rank; i++) {
                place[i] = part.start.get(i)
                        + ((upper >> i & 1) == 1 ? part.shape.dims().get(i) : 0);
            }
            corners.add(new Corner(place, Integer.bitCount(upper) % 2 == 0 ? sign : -sign));
        }
    }

    /** A corner and what it counts. */
    private static final class Corner {
        private final long[] place;
        private final int sign;

        Corner(long[] place, int sign) {
            this.place = place;
            this.sign = sign;
        }
    }
}
