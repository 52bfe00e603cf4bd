package org.normscope.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.format.Tiling.Part;
import org.normscope.tensor.Shape;

class TilingTest {
    private static Part part(long row, long col, long rows, long cols) {
        return new Part(List.of(row, col), Shape.of(rows, cols));
    }

    private static boolean tiles(Shape whole, List<Part> parts) {
        return Tiling.fault(whole, parts).isEmpty();
    }

    @Test
    void aGridTiles() {
        List<Part> grid = List.of(part(0, 0, 2, 3), part(2, 0, 2, 3), part(0, 3, 2, 1), part(2, 3, 2, 1));
        assertThat(tiles(Shape.of(4, 4), grid)).isTrue();
        assertThat(tiles(Shape.of(4, 4), grid.subList(0, 3))).isFalse();
    }

    @Test
    void aHoleAndAnOverlapOfTheSameSizeDoNotTile() {
        assertThat(tiles(Shape.of(4, 1), List.of(part(0, 0, 2, 1), part(1, 0, 2, 1))))
                .isFalse();
        assertThat(tiles(Shape.of(2, 2), List.of(part(0, 0, 1, 2), part(0, 0, 1, 2))))
                .isFalse();
    }

    @Test
    void aScalarIsTiledByOnePart() {
        Part scalar = new Part(List.of(), Shape.of());
        assertThat(tiles(Shape.of(), List.of(scalar))).isTrue();
        assertThat(tiles(Shape.of(), List.of())).isFalse();
        assertThat(tiles(Shape.of(), List.of(scalar, scalar))).isFalse();
    }

    @Test
    void namesTheFirstElementThatIsHeldTooOftenOrNotAtAll() {
        assertThat(Tiling.fault(Shape.of(4, 3), List.of(part(0, 0, 2, 3), part(3, 0, 1, 3))))
                .contains("element [2, 0] is in no chunk: the chunks leave a hole");
        assertThat(Tiling.fault(Shape.of(4, 3), List.of(part(0, 0, 2, 3), part(1, 1, 3, 2))))
                .contains("element [1, 1] is in 2 chunks: they overlap");
        assertThat(Tiling.fault(Shape.of(4, 3), List.of(part(0, 1, 4, 2))))
                .contains("element [0, 0] is in no chunk: the chunks leave a hole");
        assertThat(Tiling.fault(Shape.of(4, 3), List.of(part(0, 0, 4, 2))))
                .contains("element [0, 2] is in no chunk: the chunks leave a hole");
    }

    @Test
    void aPinwheelThatNoCutGoesThroughTiles() {
        List<Part> pinwheel =
                List.of(part(0, 0, 1, 2), part(0, 2, 2, 1), part(2, 1, 1, 2), part(1, 0, 2, 1), part(1, 1, 1, 1));
        assertThat(tiles(Shape.of(3, 3), pinwheel)).isTrue();
        assertThat(tiles(Shape.of(3, 3), pinwheel.subList(0, 4))).isFalse();
    }

    @Test
    void partsWithoutElementsDoNotCount() {
        assertThat(tiles(Shape.of(2, 2), List.of(part(0, 0, 2, 2), part(2, 0, 0, 2), part(1, 1, 0, 1))))
                .isTrue();
        assertThat(tiles(Shape.of(0, 2), List.of())).isTrue();
    }

    @Test
    void aTensorOfTheLargestSizeIsTiled() {
        long half = 1L << 61;
        assertThat(tiles(Shape.of(1, 1L << 62), List.of(part(0, 0, 1, half), part(0, half, 1, half))))
                .isTrue();
    }

    @Test
    void aHundredThousandPartsTakeNoPairs() {
        List<Part> rows = new ArrayList<>();
        for (long i = 0; i < 100_000; i++) {
            rows.add(part(i / 10, i % 10, 1, 1));
        }
        assertThat(tiles(Shape.of(10_000, 10), rows)).isTrue();
        rows.set(70_003, part(6_000, 0, 1, 1));
        assertThat(Tiling.fault(Shape.of(10_000, 10), rows)).contains("element [6000, 0] is in 2 chunks: they overlap");
    }

    @Test
    void cutsAlongTooManyDimensionsAreNotTried() {
        long[] ones = LongStream.generate(() -> 1).limit(62).toArray();
        long[] twos = LongStream.generate(() -> 2).limit(62).toArray();
        Part corner = new Part(LongStream.of(new long[62]).boxed().toList(), Shape.of(ones));
        assertThat(Tiling.fault(Shape.of(twos), List.of(corner)).orElseThrow()).contains("more than can be checked");
    }

    /** Against counting how many parts hold each element. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void isRightForRandomParts(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int tiled = 0;
        for (int trial = 0; trial < 400; trial++) {
            Shape whole = Shape.of(random.nextInt(1, 4), random.nextInt(1, 4), random.nextInt(1, 3));
            List<Part> parts = new ArrayList<>();
            cut(new Part(List.of(0L, 0L, 0L), whole), random, parts);
            if (random.nextInt(3) == 0) {
                parts.set(random.nextInt(parts.size()), parts.get(random.nextInt(parts.size())));
            }
            boolean once = counts(whole, parts).stream().allMatch(count -> count == 1);
            assertThat(Tiling.fault(whole, parts)).as("%s by %s", whole, parts).isEqualTo(first(whole, parts));
            tiled += once ? 1 : 0;
        }
        assertThat(tiled).isBetween(100, 390);
    }

    private static void cut(Part part, SplittableRandom random, List<Part> into) {
        int dim = random.nextInt(3);
        long extent = part.shape().dims().get(dim);
        if (extent < 2 || random.nextInt(4) == 0) {
            into.add(part);
            return;
        }
        long first = random.nextLong(1, extent);
        List<Long> start = new ArrayList<>(part.start());
        List<Long> one = new ArrayList<>(part.shape().dims());
        List<Long> other = new ArrayList<>(one);
        one.set(dim, first);
        other.set(dim, extent - first);
        start.set(dim, start.get(dim) + first);
        cut(new Part(part.start(), new Shape(one)), random, into);
        cut(new Part(start, new Shape(other)), random, into);
    }

    private static Optional<String> first(Shape whole, List<Part> parts) {
        List<Integer> counts = counts(whole, parts);
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) != 1) {
                long depth = whole.dims().get(2);
                long line = depth * whole.dims().get(1);
                List<Long> place = List.of(i / line, i % line / depth, i % depth);
                return Optional.of("element " + place
                        + (counts.get(i) == 0
                                ? " is in no chunk: the chunks leave a hole"
                                : " is in " + counts.get(i) + " chunks: they overlap"));
            }
        }
        return Optional.empty();
    }

    private static List<Integer> counts(Shape whole, List<Part> parts) {
        List<Integer> counts = new ArrayList<>();
        for (long i = 0; i < whole.dims().get(0); i++) {
            for (long j = 0; j < whole.dims().get(1); j++) {
                for (long k = 0; k < whole.dims().get(2); k++) {
                    List<Long> place = List.of(i, j, k);
                    counts.add((int)
                            parts.stream().filter(part -> holds(part, place)).count());
                }
            }
        }
        return counts;
    }

    private static boolean holds(Part part, List<Long> place) {
        for (int d = 0; d < 3; d++) {
            long within = place.get(d) - part.start().get(d);
            if (within < 0 || within >= part.shape().dims().get(d)) {
                return false;
            }
        }
        return true;
    }
}
