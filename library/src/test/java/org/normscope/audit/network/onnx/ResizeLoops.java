package org.normscope.audit.network.onnx;

import java.util.stream.IntStream;
import org.normscope.audit.network.onnx.GraphLoops.Run;

/** Resize in plain loops. */
final class ResizeLoops {
    private ResizeLoops() {}

    static LoopTensor resize(Run run, LoopTensor x) {
        double[] scales = run.has(2) && run.in(2).v().length > 0
                ? run.in(2).v()
                : IntStream.range(0, x.rank())
                        .mapToDouble(i -> run.in(3).v()[i] / x.dims()[i])
                        .toArray();
        LoopTensor result = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            result = along(run, result, axis, scales[axis]);
        }
        return result;
    }

    private static LoopTensor along(Run run, LoopTensor x, int axis, double scale) {
        int before = x.dims()[axis];
        int[] dims = x.dims().clone();
        dims[axis] = (int) Math.floor(before * scale + 1e-9);
        double[] values = new double[LoopTensor.size(dims)];
        for (int i = 0; i < values.length; i++) {
            int[] index = LoopTensor.index(dims, i);
            double place = place(run, index[axis], before, dims[axis], scale);
            if (run.node().text("mode").orElse("nearest").equals("nearest")) {
                index[axis] = (int) Math.max(0, Math.min(before - 1, nearest(run, place)));
                values[i] = x.v()[LoopTensor.at(x.dims(), index)];
            } else {
                double inside = Math.max(0, Math.min(before - 1, place));
                int left = (int) Math.floor(inside);
                index[axis] = left;
                double a = x.v()[LoopTensor.at(x.dims(), index)];
                index[axis] = Math.min(before - 1, left + 1);
                double b = x.v()[LoopTensor.at(x.dims(), index)];
                values[i] = a + (inside - left) * (b - a);
            }
        }
        return new LoopTensor(dims, values);
    }

    private static double place(Run run, int i, int before, int behind, double scale) {
        return switch (run.node().text("coordinate_transformation_mode").orElse("half_pixel")) {
            case "asymmetric" -> i / scale;
            case "align_corners" -> behind == 1 ? 0 : (double) i * (before - 1) / (behind - 1);
            default -> (i + 0.5) / scale - 0.5;
        };
    }

    private static double nearest(Run run, double place) {
        return switch (run.node().text("nearest_mode").orElse("round_prefer_floor")) {
            case "floor" -> Math.floor(place);
            case "ceil" -> Math.ceil(place);
            case "round_prefer_ceil" -> Math.floor(place + 0.5);
            default -> Math.ceil(place - 0.5);
        };
    }
}
