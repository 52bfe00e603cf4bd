package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.format.onnx.Dim;
import org.normscope.tensor.DType;

/** Batch norm at inference, and normalizations by what comes in. */
final class Normalizations {
    private static final double STANDARD = 1e-5f;

    private Normalizations() {}

    static void addTo(Map<String, Operator> all) {
        all.put("BatchNormalization", Operator.of(Normalizations::batch));
        all.put("LayerNormalization", Operator.of(call -> normalized(call, call.whole("axis", -1), "layer_norm")));
        all.put("RMSNormalization", Operator.of(call -> normalized(call, call.whole("axis", -1), "rms_norm")));
        all.put("InstanceNormalization", Operator.of(call -> normalized(call, 2, "layer_norm")));
        all.put("GroupNormalization", Operator.of(Normalizations::group));
    }

    private static Computed batch(Call call) throws NoRuleException {
        Computed x = call.only();
        long outputs =
                call.node().outputs().stream().filter(name -> !name.isEmpty()).count();
        if (call.whole("training_mode", 0) != 0 || outputs > 1 || call.whole("spatial", 1) == 0) {
            throw new NoRuleException("in training mode");
        }
        Fixed.Origin scale = stored(call, 1);
        Fixed.Origin variance = stored(call, 4);
        call.fixed(2);
        call.fixed(3);
        Words words = Words.of("batch_norm", true)
                .with("weight", scale.name())
                .with("variance", variance.name())
                .with("eps", epsilon(call));
        // Behind a matrix its channels, on axis 1, need not be the matrix's rows: there it must not be folded into it.
        boolean areRows = x.dims().hasRank(2) || x.isOf("Conv") || x.isOf("ConvTranspose");
        return areRows ? call.make(x.dims(), x, words) : call.make(x.dims(), x, Words.of("permute"), words);
    }

    private static double epsilon(Call call) throws NoRuleException {
        double epsilon = call.real("epsilon", STANDARD);
        if (epsilon < 0) {
            throw new NoRuleException("with an epsilon below 0");
        }
        return epsilon;
    }

    private static Fixed.Origin stored(Call call, int position) throws NoRuleException {
        Optional<Fixed> fixed = call.fixed(position);
        Fixed.Origin origin = fixed.map(Fixed::origin).orElse(null);
        if (origin == null || origin.dtype().kind() != DType.Kind.FLOAT) {
            throw new NoRuleException("by numbers that aren't stored");
        }
        return origin;
    }

    private static Computed group(Call call) throws NoRuleException {
        Computed x = call.only();
        long groups = call.whole("num_groups", 0);
        Dim channels = x.dims().at(1);
        Long size = channels.size();
        boolean fits = groups > 0 && size != null && size % groups == 0;
        Dims dims = fits && size != null ? x.dims().with(1, Dim.of(size / groups)) : Dims.UNKNOWN;
        return normalized(call, x, dims, 1, "layer_norm");
    }

    private static Computed normalized(Call call, long axis, String word) throws NoRuleException {
        Computed x = call.only();
        return normalized(call, x, x.dims(), axis, word);
    }

    /** @param counted shape whose dimensions from an axis on are normalized together */
    private static Computed normalized(Call call, Computed x, Dims counted, long axis, String word)
            throws NoRuleException {
        int place = counted.place(axis);
        List<Dim> together =
                place < 0 ? List.of() : counted.part(place, counted.orNone().size());
        long width =
                together.isEmpty() ? Integer.MAX_VALUE : Dims.product(together).orElse(Integer.MAX_VALUE);
        Words norm = Words.of(word)
                .with("width", (double) Math.max(1, Math.min(width, Integer.MAX_VALUE)))
                .with("eps", epsilon(call));
        List<Words> words = new ArrayList<>(List.of(norm));
        Fixed scale = call.fixed(1).orElse(null);
        if (scale != null) {
            words.add(Words.of("scale", stored(call, 1).name()));
        }
        Fixed bias = call.fixed(2).orElse(null);
        if (bias != null) {
            words.add(Joins.shift(bias));
        }
        return call.make(x.dims(), x, words.toArray(Words[]::new));
    }
}
