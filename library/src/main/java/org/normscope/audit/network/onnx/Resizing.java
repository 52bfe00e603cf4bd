package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import org.normscope.format.onnx.Attribute;
import org.normscope.format.onnx.Dim;

/** Resize and Upsample: nearest and linear, by numbers that the file tells. Dimensions are resized one after the other. */
final class Resizing {
    private Resizing() {}

    static Computed resize(Call call) throws NoRuleException {
        Computed x = call.only();
        boolean isOld = call.node().operator().equals("Upsample") || call.opset() < 11;
        Grid.Mode mode = mode(call, isOld);
        boolean isPlain = call.whole("antialias", 0) == 0
                && !call.node().attributes().containsKey("axes")
                && call.text("keep_aspect_ratio_policy", "stretch").equals("stretch");
        if (!x.dims().isKnown() || !isPlain) {
            throw isPlain
                    ? NoRuleException.ofShape("of an unknown shape")
                    : new NoRuleException("with antialiasing or along some axes");
        }
        int rank = x.dims().orNone().size();
        List<Double> scales = scales(call, isOld);
        Fixed sizes = isOld ? null : call.fixed(3).orElse(null);
        List<Whole> lengths = sizes == null || sizes.wholes() == null ? List.of() : sizes.wholes();
        if (scales.size() != rank && lengths.size() != rank) {
            throw new NoRuleException("by factors that can't be told from the file");
        }
        double gain = 1;
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Dim dim = x.dims().at(i);
            Grid grid = lengths.size() == rank ? Grid.to(dim, lengths.get(i).dim()) : Grid.by(dim, scales.get(i));
            call.work(grid.length());
            gain *= grid.squaredGain(mode);
            dims.add(grid.length());
        }
        return call.make(Dims.of(dims), x, x.largest(), Words.scale(Math.sqrt(gain) * (1 + 1e-9)));
    }

    private static Grid.Mode mode(Call call, boolean isOld) throws NoRuleException {
        String mode = call.text("mode", "nearest");
        boolean isNearest = mode.equals("nearest");
        if (!isNearest && !mode.equals("linear") && !mode.equals("bilinear") && !mode.equals("trilinear")) {
            throw new NoRuleException("by " + mode);
        }
        String positions = call.text("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel");
        String rounding = call.text("nearest_mode", isOld ? "floor" : "round_prefer_floor");
        return new Grid.Mode(isNearest, positions, rounding);
    }

    private static List<Double> scales(Call call, boolean isOld) throws NoRuleException {
        boolean isAttribute = isOld && call.opset() < 9;
        if (isAttribute) {
            return call.node().attributes().get("scales") instanceof Attribute.Reals reals ? reals.values() : List.of();
        }
        Fixed scales = call.fixed(isOld ? 1 : 2).orElse(null);
        return scales == null || scales.reals() == null || scales.isRounded() ? List.of() : scales.reals();
    }
}
