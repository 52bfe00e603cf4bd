package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.normscope.audit.network.onnx.GraphLoops.Run;

/** Operators that move entries, in plain loops. */
final class MoveLoops {
    private MoveLoops() {}

    static LoopTensor of(Run run) {
        LoopTensor x = run.has(0) ? run.x() : LoopTensor.vector();
        return switch (run.node().operator()) {
            case "Shape" ->
                LoopTensor.vector(Arrays.stream(x.dims()).asDoubleStream().toArray());
            case "ConstantOfShape" -> new LoopTensor(x.ints(), new double[LoopTensor.size(x.ints())]);
            case "Reshape" -> reshape(x, run.in(1).ints());
            case "Flatten" -> flatten(x, (int) run.whole("axis", 1));
            case "Squeeze" -> squeeze(x, run.axes(1));
            case "Unsqueeze" -> unsqueeze(x, run.axes(1));
            case "Transpose" -> x.transposed(run.wholes("perm", reversed(x.rank())));
            case "Concat" ->
                LoopTensor.beside(
                        run.from().stream().map(Objects::requireNonNull).toList(), x.axis(run.whole("axis", 0)));
            case "Slice" -> slice(run, x);
            case "Gather" -> gather(x, run.in(1), x.axis(run.whole("axis", 0)));
            case "Expand" -> x.stretched(LoopTensor.joined(x.dims(), run.in(1).ints()));
            case "Tile" -> tile(x, run.in(1).ints());
            case "Pad" -> pad(run, x);
            case "DepthToSpace" -> depthToSpace(run, x);
            case "Resize" -> ResizeLoops.resize(run, x);
            default ->
                throw new IllegalArgumentException("no loop for " + run.node().operator());
        };
    }

    private static int[] reversed(int rank) {
        return IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    }

    private static LoopTensor reshape(LoopTensor x, int[] target) {
        int[] dims = target.clone();
        int open = -1;
        int known = 1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = dims[i] == 0 ? x.dims()[i] : dims[i];
            open = dims[i] < 0 ? i : open;
            known *= dims[i] < 0 ? 1 : dims[i];
        }
        if (open >= 0) {
            dims[open] = x.v().length / known;
        }
        return x.in(dims);
    }

    private static LoopTensor flatten(LoopTensor x, int axis) {
        int rows = LoopTensor.size(Arrays.copyOf(x.dims(), axis));
        return x.in(rows, x.v().length / rows);
    }

    private static LoopTensor squeeze(LoopTensor x, int[] axes) {
        List<Integer> gone = Arrays.stream(axes).mapToObj(x::axis).toList();
        int[] dims = IntStream.range(0, x.rank())
                .filter(i -> axes.length == 0 ? x.dims()[i] != 1 : !gone.contains(i))
                .map(i -> x.dims()[i])
                .toArray();
        return x.in(dims);
    }

    private static LoopTensor unsqueeze(LoopTensor x, int[] axes) {
        int rank = x.rank() + axes.length;
        int[] dims = new int[rank];
        for (int axis : axes) {
            dims[axis < 0 ? axis + rank : axis] = 1;
        }
        int next = 0;
        for (int i = 0; i < rank; i++) {
            dims[i] = dims[i] == 1 ? 1 : x.dims()[next++];
        }
        return x.in(dims);
    }

    private static LoopTensor slice(Run run, LoopTensor x) {
        int[] starts = run.in(1).ints();
        int[] ends = run.in(2).ints();
        int[] axes = run.has(3) ? run.in(3).ints() : GraphLoops.range(starts.length);
        LoopTensor result = x;
        for (int i = 0; i < starts.length; i++) {
            int axis = x.axis(axes[i]);
            int step = run.has(4) ? run.in(4).ints()[i] : 1;
            int size = x.dims()[axis];
            int from = starts[i] < 0 ? starts[i] + size : starts[i];
            int to = ends[i] < 0 ? ends[i] + size : ends[i];
            from = step > 0 ? Math.max(0, Math.min(size, from)) : Math.max(-1, Math.min(size - 1, from));
            to = step > 0 ? Math.max(0, Math.min(size, to)) : Math.max(-1, Math.min(size - 1, to));
            int count = Math.max(0, (int) Math.ceil((to - from) / (double) step));
            result = result.part(axis, from, count, step);
        }
        return result;
    }

    static List<LoopTensor> split(Run run) {
        LoopTensor x = run.x();
        int axis = x.axis(run.whole("axis", 0));
        int parts = run.node().outputs().size();
        int each = (x.dims()[axis] + parts - 1) / parts;
        int[] sizes = run.has(1)
                ? run.in(1).ints()
                : IntStream.range(0, parts)
                        .map(i -> Math.min(each, x.dims()[axis] - i * each))
                        .toArray();
        List<LoopTensor> found = new ArrayList<>();
        int start = 0;
        for (int size : sizes) {
            found.add(x.part(axis, start, size, 1));
            start += size;
        }
        return found;
    }

    private static LoopTensor gather(LoopTensor x, LoopTensor places, int axis) {
        int[] dims = IntStream.concat(
                        IntStream.concat(Arrays.stream(x.dims(), 0, axis), Arrays.stream(places.dims())),
                        Arrays.stream(x.dims(), axis + 1, x.rank()))
                .toArray();
        int[] wanted = places.ints();
        return x.taken(
                dims,
                index -> {
                    int[] own = new int[x.rank()];
                    System.arraycopy(index, 0, own, 0, axis);
                    int place =
                            wanted[LoopTensor.at(places.dims(), Arrays.copyOfRange(index, axis, axis + places.rank()))];
                    own[axis] = place < 0 ? place + x.dims()[axis] : place;
                    System.arraycopy(index, axis + places.rank(), own, axis + 1, x.rank() - axis - 1);
                    return own;
                },
                Double.NaN);
    }

    private static LoopTensor tile(LoopTensor x, int[] repeats) {
        int[] dims =
                IntStream.range(0, x.rank()).map(i -> x.dims()[i] * repeats[i]).toArray();
        return x.taken(
                dims,
                index -> IntStream.range(0, x.rank())
                        .map(i -> index[i] % x.dims()[i])
                        .toArray(),
                Double.NaN);
    }

    private static LoopTensor pad(Run run, LoopTensor x) {
        int[] pads = run.in(1).ints();
        String mode = run.node().text("mode").orElse("constant");
        int rank = x.rank();
        int[] dims = IntStream.range(0, rank)
                .map(i -> x.dims()[i] + pads[i] + pads[i + rank])
                .toArray();
        double fill = run.has(2) ? run.in(2).v()[0] : 0;
        return x.taken(
                dims,
                index -> IntStream.range(0, rank)
                        .map(i -> source(mode, index[i] - pads[i], x.dims()[i]))
                        .toArray(),
                fill);
    }

    private static int source(String mode, int place, int size) {
        return switch (mode) {
            case "edge" -> Math.max(0, Math.min(size - 1, place));
            case "wrap" -> Math.floorMod(place, size);
            case "reflect" -> place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place;
            default -> place;
        };
    }

    private static LoopTensor depthToSpace(Run run, LoopTensor x) {
        int b = (int) run.whole("blocksize", 1);
        boolean columnFirst = run.node().text("mode").orElse("DCR").equals("CRD");
        int channels = x.dims()[1] / b / b;
        return x.taken(
                new int[] {x.dims()[0], channels, x.dims()[2] * b, x.dims()[3] * b},
                index -> {
                    int block = index[2] % b * b + index[3] % b;
                    int channel = columnFirst ? index[1] * b * b + block : block * channels + index[1];
                    return new int[] {index[0], channel, index[2] / b, index[3] / b};
                },
                Double.NaN);
    }
}
