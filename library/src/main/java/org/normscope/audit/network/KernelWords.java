package org.normscope.audit.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;
import org.normscope.audit.plan.KernelPlan;
import org.normscope.audit.plan.KernelUse;
import org.normscope.convolution.Geometry;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.WeightMap;

/** What a description says of how convolutions use their kernels; docs/network.md. */
public final class KernelWords {
    private static final String CIRCULAR = "circular";
    private static final List<String> RULED = List.of("zeros", "valid", "same", CIRCULAR);

    private KernelWords() {}

    /**
     * The use of every described kernel that the checkpoint has, by the weight's name. One that is used in several ways counts as used in
     * an unknown way.
     *
     * @throws BadCheckpointException if a number doesn't fit the kernel
     */
    public static Map<String, KernelUse> of(NetworkDescription description, Checkpoint checkpoint)
            throws BadCheckpointException {
        Map<String, EffectiveWeight> kernels = new HashMap<>();
        WeightMap.of(checkpoint).weights().stream()
                .filter(weight -> KernelPlan.fits(weight.shape()) && !weight.isSlice())
                .forEach(weight -> kernels.put(weight.name(), weight));
        Map<String, KernelUse> uses = new HashMap<>();
        for (BlockText block : description.blocks()) {
            for (LayerText layer : block.layers()) {
                LayerKind kind = LayerKind.named(layer.word()).orElse(LayerKind.UNKNOWN);
                boolean isConvolution = kind == LayerKind.CONV || kind == LayerKind.CONV_TRANSPOSE;
                EffectiveWeight kernel =
                        isConvolution ? kernels.get(layer.options().requiredText(layer.word())) : null;
                if (kernel != null) {
                    List<Long> shape = kernel.shape().dims();
                    KernelUse use = use(kind, layer.options(), shape);
                    uses.merge(
                            kernel.name(),
                            use,
                            (one, other) -> one.equals(other) ? one : KernelUse.unknown(shape.size() - 2));
                }
            }
        }
        return uses;
    }

    /**
     * How a layer uses its kernel.
     *
     * @param kind of convolution
     * @param shape of the kernel: two dims of channels, then taps
     */
    static KernelUse use(LayerKind kind, Options options, List<Long> shape) throws BadCheckpointException {
        int dims = shape.size() - 2;
        List<Integer> stride = steps(options, "stride", dims);
        List<Integer> dilation = steps(options, "dilation", dims);
        Optional<Integer> groups = options.whole("groups", 1);
        if (shape.get(0) % groups.orElse(1) != 0) {
            throw options.because("the kernel's first dimension, " + shape.get(0) + ", isn't divisible by groups "
                    + groups.orElse(1));
        }
        List<Integer> ones = Collections.nCopies(dims, 1);
        boolean circular = CIRCULAR.equals(options.values().get("padding"));
        // Wrapped around, an input whose length the stride doesn't divide is bounded by stride 1 only.
        boolean isKnown = !stride.isEmpty() && (!circular || stride.equals(ones));
        List<String> assumed = new ArrayList<>();
        if (!isKnown) {
            assumed.add("stride 1");
        }
        if (!isKnown && dilation.isEmpty()) {
            assumed.add("dilation 1");
        }
        if (groups.isEmpty()) {
            assumed.add("groups 1");
        }
        if (!options.values().containsKey("padding")) {
            assumed.add(isKnown && !stride.equals(ones) ? "padding_mode zeros" : "padding_mode zeros or circular");
        }
        Geometry geometry = new Geometry(
                isKnown ? stride : ones,
                dilation.isEmpty() ? ones : dilation,
                groups.orElse(1),
                kind == LayerKind.CONV_TRANSPOSE);
        return new KernelUse(geometry, assumed);
    }

    /** The padding if it is one without a rule. */
    static Optional<String> unruledPadding(Options options) {
        return options.values().get("padding") instanceof String mode && !RULED.contains(mode)
                ? Optional.of(mode)
                : Optional.empty();
    }

    /** One number for each spatial dimension; empty where the key is missing. */
    private static List<Integer> steps(Options options, String key, int dims) throws BadCheckpointException {
        List<Integer> steps = options.wholes(key, 1);
        if (steps.size() == 1) {
            return Collections.nCopies(dims, steps.get(0));
        }
        if (!steps.isEmpty() && steps.size() != dims) {
            throw options.because(
                    key + " has " + steps.size() + " numbers, the kernel " + dims + " spatial dimensions");
        }
        return steps;
    }
}
