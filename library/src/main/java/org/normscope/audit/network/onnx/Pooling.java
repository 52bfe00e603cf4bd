package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.normscope.format.onnx.Dim;

/** Pooling over windows and over all positions. */
final class Pooling {
    private Pooling() {}

    static void addTo(Map<String, Operator> all) {
        all.put("MaxPool", Operator.of(Pooling::maximum));
        all.put("AveragePool", Operator.of(Pooling::average));
        all.put("GlobalMaxPool", Operator.of(call -> global(call, Words.of("select"))));
        all.put(
                "GlobalAveragePool",
                Operator.of(call -> global(call, mean(call.only().dims(), 2))));
    }

    private static Computed maximum(Call call) throws NoRuleException {
        Computed x = call.only();
        Sliding sliding = Sliding.of(call);
        Words words = Words.of("max_pool", reals(sliding.kernel()))
                .with("stride", reals(sliding.strides()))
                .with("dilation", reals(sliding.dilations()));
        return call.make(dims(call, x.dims(), sliding), x, x.largest(), words);
    }

    private static Computed average(Call call) throws NoRuleException {
        Computed x = call.only();
        Sliding sliding = Sliding.of(call);
        boolean countsPads = call.whole("count_include_pad", 0) != 0;
        boolean roundsUp = call.whole("ceil_mode", 0) != 0;
        List<Long> uncounted = new ArrayList<>();
        for (int i = 0; i < sliding.kernel().size(); i++) {
            Dim entries = x.dims().isKnown() ? x.dims().at(i + 2) : Dim.unknown();
            long beyond = uncounted(sliding, i, entries, roundsUp, countsPads);
            uncounted.add(Math.min(beyond, sliding.kernel().get(i) - 1));
        }
        Words words = Words.of("avg_pool", reals(sliding.kernel()))
                .with("stride", reals(sliding.strides()))
                .with("dilation", reals(sliding.dilations()))
                .with("padding", reals(uncounted))
                .with("count_include_pad", false)
                .with("ceil_mode", roundsUp);
        return call.make(dims(call, x.dims(), sliding), x, x.largest(), words);
    }

    /** Entries of a window, at most, that its mean isn't divided by. An input shorter than a window has padding on both sides of it. */
    private static long uncounted(Sliding sliding, int dim, Dim entries, boolean roundsUp, boolean countsPads) {
        Long size = entries.size();
        if (size == null) {
            boolean isNone = !roundsUp && (countsPads || isUnpadded(sliding, dim));
            return isNone ? 0 : Long.MAX_VALUE;
        }
        long overhang = roundsUp && !sliding.isSame() ? sliding.overhang(dim, size) : 0;
        if (countsPads) {
            return overhang;
        }
        long both = sliding.padding(dim, size) + overhang;
        long larger = sliding.isSame()
                ? (both + 1) / 2
                : Math.max(sliding.begin().get(dim), sliding.end().get(dim) + overhang);
        return size >= sliding.span(dim) ? larger : both;
    }

    private static boolean isUnpadded(Sliding sliding, int dim) {
        return !sliding.isSame()
                && sliding.begin().get(dim) == 0
                && sliding.end().get(dim) == 0;
    }

    private static Dims dims(Call call, Dims x, Sliding sliding) throws NoRuleException {
        if (!x.isKnown()) {
            return Dims.UNKNOWN;
        }
        if (!x.hasRank(sliding.kernel().size() + 2)) {
            throw new NoRuleException("whose kernel doesn't fit its input");
        }
        boolean roundsUp = call.whole("ceil_mode", 0) != 0;
        List<Dim> dims = new ArrayList<>(List.of(x.at(0), x.at(1)));
        for (int i = 0; i < sliding.kernel().size(); i++) {
            dims.add(windows(sliding, i, x.at(i + 2), roundsUp));
        }
        return Dims.of(dims);
    }

    /** Frameworks differ in whether a last window that begins in the padding counts. */
    private static Dim windows(Sliding sliding, int dim, Dim entries, boolean roundsUp) {
        Dim windows = sliding.windows(dim, entries, roundsUp);
        Long count = windows.size();
        Long size = entries.size();
        boolean isCertain = count != null
                && size != null
                && (count - 1) * sliding.strides().get(dim)
                        < size + sliding.begin().get(dim);
        return !roundsUp || sliding.isSame() || isCertain ? windows : Dim.unknown();
    }

    private static Computed global(Call call, Words words) throws NoRuleException {
        Computed x = call.only();
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < x.dims().orNone().size(); i++) {
            dims.add(i < 2 ? x.dims().at(i) : Dim.ONE);
        }
        return call.make(x.dims().isKnown() ? Dims.of(dims) : Dims.UNKNOWN, x, x.largest(), words);
    }

    /** The mean over all dimensions from one on; over at least one entry where they aren't known. */
    private static Words mean(Dims dims, int from) {
        int rank = dims.orNone().size();
        OptionalLong entries = rank < from ? OptionalLong.empty() : Dims.product(dims.part(from, rank));
        return mean(entries);
    }

    /** The mean of so many entries, at least. */
    static Words mean(OptionalLong entries) {
        return Words.of("mean", (double) Math.max(1, Math.min(entries.orElse(1), Integer.MAX_VALUE)));
    }

    static List<Object> reals(List<Long> numbers) {
        return numbers.stream().<Object>map(Long::doubleValue).toList();
    }
}
