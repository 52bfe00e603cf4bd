package org.normscope.parity;

import java.util.LinkedHashMap;
import java.util.Map;
import org.normscope.parity.KeyLayout.WeightKeys;
import org.normscope.tensor.DType;

/** A weight under torch's weight norm: magnitudes g and directions v. Never changes. */
public final class WeightParameter {
    private final WeightNormalization settings;
    private final DenseTensor g;
    private final DenseTensor v;

    WeightParameter(WeightNormalization settings, DenseTensor g, DenseTensor v) {
        this.settings = settings;
        this.g = g;
        this.v = v;
    }

    /** The magnitudes: ones for all dimensions but one, {@code [40, 1]} for a weight of 40 x 20; no dimensions for the whole tensor. */
    public DenseTensor g() {
        return g;
    }

    /** The directions, of any length, in the weight's shape. */
    public DenseTensor v() {
        return v;
    }

    /** The weight that the layer applies, {@code v (g / ||v||)}: NaN in every slice of zeros, and there alone. */
    public DenseTensor weight() {
        Axis axis = settings.axis(v.shape());
        double[] factors = settings.norms(v);
        for (int slice = 0; slice < factors.length; slice++) {
            factors[slice] = g.shared()[slice] / factors[slice];
        }
        double[] weight = v.values();
        for (int i = 0; i < weight.length; i++) {
            weight[i] *= factors[axis.index(i)];
        }
        return DenseTensor.owning(v.shape(), weight);
    }

    /**
     * The same weight as a checkpoint of this type stores it, every entry rounded once.
     *
     * @throws IllegalArgumentException if the type isn't of kind FLOAT
     */
    public DenseTensor weight(DType dtype) {
        return weight().rounded(dtype);
    }

    /** What torch's {@code state_dict} has of the parameter, by key, in torch's order. */
    public Map<String, DenseTensor> stateDict() {
        WeightKeys keys = settings.layout().weightNorm(settings.name());
        Map<String, DenseTensor> state = new LinkedHashMap<>();
        state.put(keys.g(), g);
        state.put(keys.v(), v);
        return state;
    }
}
