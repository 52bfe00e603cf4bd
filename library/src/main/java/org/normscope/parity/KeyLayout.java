package org.normscope.parity;

/** Which of torch's two implementations wrote a parameter: they differ in the keys of the checkpoint, and spectral norms in their steps. */
public enum KeyLayout {
    /** {@code torch.nn.utils.spectral_norm} and {@code weight_norm}: hooks, {@code weight_orig}, {@code weight_g}. */
    LEGACY,
    /** {@code torch.nn.utils.parametrizations}: {@code parametrizations.weight.original}, {@code .original0}. */
    PARAMETRIZED;

    private static final String PARAMETRIZATIONS = "parametrizations.";

    /**
     * The keys of a spectral norm.
     *
     * @param original the weight before it is divided
     * @param u the left vector
     * @param v the right vector
     */
    public record SpectralKeys(String original, String u, String v) {}

    /**
     * The keys of a weight norm.
     *
     * @param g the magnitudes
     * @param v the directions
     */
    public record WeightKeys(String g, String v) {}

    /**
     * The keys of a spectral norm, the only parametrization of its weight.
     *
     * @param weight the weight's own key, e.g. {@code net.0.weight}
     */
    public SpectralKeys spectralNorm(String weight) {
        if (this == LEGACY) {
            return new SpectralKeys(weight + "_orig", weight + "_u", weight + "_v");
        }
        String stem = parametrized(weight);
        return new SpectralKeys(stem + ".original", stem + ".0._u", stem + ".0._v");
    }

    /**
     * The keys of a weight norm, the only parametrization of its weight.
     *
     * @param weight the weight's own key, e.g. {@code rnn.weight_hh_l0}
     */
    public WeightKeys weightNorm(String weight) {
        if (this == LEGACY) {
            return new WeightKeys(weight + "_g", weight + "_v");
        }
        String stem = parametrized(weight);
        return new WeightKeys(stem + ".original0", stem + ".original1");
    }

    /** The parameter's own name begins behind the last dot, or behind what separates files and archives. */
    private static String parametrized(String weight) {
        int name = 1 + Math.max(weight.lastIndexOf('.'), Math.max(weight.lastIndexOf('/'), weight.lastIndexOf('!')));
        return weight.substring(0, name) + PARAMETRIZATIONS + weight.substring(name);
    }
}
