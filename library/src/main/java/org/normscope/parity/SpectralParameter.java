package org.normscope.parity;

import java.util.LinkedHashMap;
import java.util.Map;
import org.normscope.parity.KeyLayout.SpectralKeys;
import org.normscope.parity.PowerIteration.Vectors;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** A weight under torch's spectral norm: the original with u and v as they are now. Never changes; training gives another one. */
public final class SpectralParameter {
    private final SpectralNormalization settings;
    private final DenseTensor original;
    private final Vectors vectors;

    SpectralParameter(SpectralNormalization settings, DenseTensor original, Vectors vectors) {
        this.settings = settings;
        this.original = original;
        this.vectors = vectors;
    }

    /** The weight before it is divided. */
    public DenseTensor original() {
        return original;
    }

    /** The left vector, as long as the weight's matrix has rows; a copy. Empty for a vector in the parametrized layout. */
    public double[] u() {
        return vectors.u().clone();
    }

    /** The right vector, as long as the weight's matrix has columns; a copy. Empty for a vector in the parametrized layout. */
    public double[] v() {
        return vectors.v().clone();
    }

    /**
     * The parameter after one forward pass (legacy) or access of the weight (parametrized) in training: {@code n_power_iterations}
     * more. Registration in training mode, and removal from a parametrized module in training mode, make one access.
     */
    public SpectralParameter trained() {
        return settings.isVector(original) ? this : with(settings.trained(products(), vectors));
    }

    /** The parameter that begins with these vectors. */
    SpectralParameter registered() {
        return settings.isVector(original) ? this : with(settings.registered(products(), vectors));
    }

    private SpectralParameter with(Vectors others) {
        return new SpectralParameter(settings, original, others);
    }

    /** What the original is divided by: {@code u . (W v)}, which may be negative; {@code max(||W||, eps)} for a parametrized vector. */
    public double sigma() {
        return settings.isVector(original)
                ? settings.iteration().length(original.shared())
                : PowerIteration.sigma(products(), vectors);
    }

    private DenseProducts products() {
        return new DenseProducts(settings.matrix(original));
    }

    /**
     * The weight that the layer applies in evaluation, {@code W / sigma}: NaN where sigma is 0, and of the other sign where it is
     * negative.
     */
    public DenseTensor weight() {
        double sigma = sigma();
        double[] divided = original.values();
        for (int i = 0; i < divided.length; i++) {
            divided[i] /= sigma;
        }
        return DenseTensor.owning(original.shape(), divided);
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
        SpectralKeys keys = settings.layout().spectralNorm(settings.name());
        Map<String, DenseTensor> state = new LinkedHashMap<>();
        state.put(keys.original(), original);
        if (!settings.isVector(original)) {
            state.put(keys.u(), DenseTensor.of(Shape.of(vectors.u().length), vectors.u()));
            state.put(keys.v(), DenseTensor.of(Shape.of(vectors.v().length), vectors.v()));
        }
        return state;
    }
}
