package org.normscope.audit.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.NetworkDescription.LayerText;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Activation;
import org.normscope.lipschitz.Layer;
import org.normscope.lipschitz.Window;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;
import org.normscope.weightnorm.MatrixStatistics;

/** Layers from their descriptions, with norms from a report. A weight without a norm makes an unknown layer, with the reason. */
final class LayerMaker {
    private static final UpperBound NONE = new UpperBound(0);
    private static final double TORCH_EPSILON = 1e-5;
    /** Numbers whose inverse is one. */
    private static final double SMALLEST = 1e-300;

    private final Lookup lookup;
    private final NormMaker norms;
    private final TokenLayers tokens;
    private final EntrywiseMaker entrywise;
    private @Nullable WeightRow last;

    LayerMaker(Lookup lookup, StoredRows rows) {
        this.lookup = lookup;
        this.norms = new NormMaker(lookup);
        this.tokens = new TokenLayers(lookup, rows);
        this.entrywise = new EntrywiseMaker(lookup);
    }

    /** The weight of the layer made last, if it has one. */
    WeightRow last() {
        return Objects.requireNonNull(last);
    }

    /**
     * The layer.
     *
     * @param folding which normalizations of its block leave their scale to others
     * @throws BadCheckpointException if the description names what the checkpoint doesn't have, or a value is out of range
     * @throws IOException if the storage fails
     */
    Layer make(LayerText text, NormFolding folding) throws BadCheckpointException, IOException {
        LayerText before = folding.before(text).orElse(null);
        if (before == null && !folding.isFolded(text)) {
            return make(text);
        }
        LayerText norm = before == null ? text : before;
        Fold fold = norms.fold(norm).orElse(null);
        if (fold == null) {
            return Lookup.unknown(norm.options().requiredText(norm.word()), "it or its bias isn't finite");
        }
        LayerKind kind = LayerKind.named(text.word()).orElseThrow();
        return before == null ? norms.withoutScale(text, fold) : tokens.make(kind, text.options(), fold);
    }

    /**
     * The layer by itself.
     *
     * @throws BadCheckpointException if the description names what the checkpoint doesn't have, or a value is out of range
     * @throws IOException if the storage fails
     */
    Layer make(LayerText text) throws BadCheckpointException, IOException {
        LayerKind kind = LayerKind.named(text.word()).orElse(null);
        return kind == null ? activation(text) : make(kind, text.options(), text.word());
    }

    private static Layer activation(LayerText text) throws BadCheckpointException {
        text.options().isOn(text.word());
        return Activation.named(text.word()).orElseThrow().layer();
    }

    private Layer make(LayerKind kind, Options options, String word) throws BadCheckpointException, IOException {
        if (kind.ignoresBias()) {
            lookup.acknowledge(options, "bias");
        }
        return switch (kind) {
            case LINEAR, PATCHES -> linear(options, kind);
            case CONV, CONV_TRANSPOSE -> ConvolutionLayer.of(kind, options, weight(options, word));
            case EMBEDDING -> embedding(options);
            case LOOKUP -> lookup(options, word);
            case BATCH_NORM -> factors(options).layer();
            case LAYER_NORM, RMS_NORM -> norms.make(kind, options);
            case LEAKY_RELU -> Layer.Elementwise.leakyRelu(options.requiredNumber(word));
            case PRELU, ELU, SCALE, SHIFT, SLOPES -> entrywise.make(kind, options);
            case SQUARED_RELU -> new Layer.SquaredRelu();
            case SOFTMAX -> Layer.Softmax.at(positive(options, word));
            case LOG_SOFTMAX -> Layer.Softmax.logarithmic(options.whole(word, 1).orElseThrow());
            case MAX_POOL -> new Layer.Pool(Layer.Pool.Kind.MAX, windows(options, word));
            case AVG_POOL -> new Layer.Pool(average(options), windows(options, word));
            case MEAN -> new Layer.Mean(options.whole(word, 1).orElseThrow());
            case ADD -> new Layer.Add();
            case MULTIPLY -> new Layer.Multiply();
            case CONCAT -> new Layer.Concat(axis(options));
            case IDENTITY, DROPOUT -> new Layer.Reshape(Layer.Reshape.Move.WITHIN_TOKENS);
            case FLATTEN, PERMUTE -> new Layer.Reshape(Layer.Reshape.Move.ANYWHERE);
            case SELECT -> new Layer.Reshape(Layer.Reshape.Move.SELECTION);
            case UPSAMPLE -> upsample(options, word);
            case REPEAT ->
                fixed(
                        options,
                        "repetition",
                        WideBound.of(options.whole(word, 1).orElseThrow()).root());
            case PAD -> PaddingLayer.of(options, word);
            case MAGNITUDE ->
                new Layer.Fixed("magnitude", new UpperBound(1), "Elementwise functions: reversed triangle inequality");
            case LSTM -> RecurrentLayer.of(options, weight(options, word), weight(options, "recurrent"));
            case ATTENTION, GATED_MLP, MOE -> tokens.make(kind, options, null);
            case UNKNOWN -> new Layer.Unknown(options.requiredText(word));
        };
    }

    private WeightRow weight(Options options, String word) throws BadCheckpointException {
        WeightRow row = lookup.weight(options, word);
        last = row;
        return row;
    }

    private Layer linear(Options options, LayerKind kind) throws BadCheckpointException {
        WeightRow row = weight(options, kind.word());
        int rank = row.weight().shape().rank();
        if (kind == LayerKind.LINEAR ? rank != 2 : rank < 3) {
            throw options.because(Printable.quoted(row.weight().name()) + " has shape "
                    + row.weight().shape().dims()
                    + (rank == 2
                            ? " and is no kernel; describe a matrix as linear"
                            : " and is no matrix; describe a convolution as conv"));
        }
        Interval sigma = ReportedNorms.sigma(row);
        if (sigma == null) {
            return Lookup.unknown(row.weight().name(), row.reason());
        }
        String bias = options.text("bias").orElse(null);
        if (bias == null) {
            return new Layer.Linear(sigma, NONE);
        }
        TensorRow tensor = lookup.tensor(options, bias);
        List<Long> dims = row.weight().shape().dims();
        requireLength(options, tensor, dims.get(kind == LayerKind.LINEAR && options.isOn("transposed") ? 1 : 0));
        MatrixStatistics statistics = Lookup.statistics(tensor);
        return statistics == null
                ? Lookup.unknown(bias, tensor.reason())
                : new Layer.Linear(sigma, ReportedNorms.frobenius(statistics));
    }

    /** A bias of one number for all entries, or of one for each position, would be larger than its norm says. */
    static void requireLength(Options options, TensorRow bias, long entries) throws BadCheckpointException {
        long length = bias.tensor().shape().elements();
        if (length != entries) {
            throw options.because("has a bias of " + length + " entries for " + entries + " outputs");
        }
    }

    private Layer embedding(Options options) throws BadCheckpointException {
        WeightRow row = lookup.weight(options, LayerKind.EMBEDDING.word());
        MatrixStatistics statistics = row.statistics();
        return statistics == null || row.norm() == null
                ? Lookup.unknown(row.weight().name(), row.reason())
                : new Layer.Embedding(new UpperBound(statistics.rowNorm().max() * (1 + 1e-12)));
    }

    /** A row of a table for each token, added. */
    private Layer lookup(Options options, String word) throws BadCheckpointException {
        TensorRow row = lookup.tensor(options, options.requiredText(word));
        MatrixStatistics statistics = Lookup.statistics(row);
        String name = row.tensor().name();
        return statistics == null
                ? Lookup.unknown(name, row.reason())
                : new Layer.Lookup(
                        Printable.oneLine(name),
                        new UpperBound(statistics.rowNorm().max() * (1 + 1e-12)));
    }

    /** What a batch norm multiplies channels by. */
    ChannelFactors factors(Options options) throws BadCheckpointException, IOException {
        return ChannelFactors.read(options, lookup, NormMaker.epsilon(options).orElse(TORCH_EPSILON));
    }

    private static Layer upsample(Options options, String word) throws BadCheckpointException {
        WideBound gain = WideBound.ONE;
        for (int factor : options.wholes(word, 1)) {
            gain = gain.times(WideBound.of(factor).root());
        }
        return fixed(options, "upsampling", gain);
    }

    static Layer fixed(Options options, String name, WideBound gain) throws BadCheckpointException {
        UpperBound constant = gain.narrow().orElseThrow(() -> options.because("its " + name + " is too large"));
        return new Layer.Fixed(name, constant, "Pooling and rearrangements: definition");
    }

    private static Layer.Pool.Kind average(Options options) throws BadCheckpointException {
        boolean isSaid = options.values().containsKey("ceil_mode");
        options.isOn("ceil_mode");
        return isSaid ? Layer.Pool.Kind.COUNTED_AVERAGE : Layer.Pool.Kind.AVERAGE;
    }

    private static List<Window> windows(Options options, String word) throws BadCheckpointException {
        List<Integer> kernel = options.wholes(word, 1);
        List<Integer> stride = options.wholes("stride", 1);
        List<Integer> dilation = options.wholes("dilation", 1);
        List<Integer> padding = options.wholes("padding", 0);
        boolean uncounted = options.values().containsKey("count_include_pad") && !options.isOn("count_include_pad");
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < kernel.size(); i++) {
            int left = uncounted ? at(padding, i, 0) : 0;
            if (left >= kernel.get(i)) {
                throw options.because("padding must be smaller than the kernel");
            }
            windows.add(new Window(kernel.get(i), at(stride, i, kernel.get(i)), at(dilation, i, 1), left));
        }
        if (windows.isEmpty()) {
            throw options.because(word + " needs the size of its windows in each dimension");
        }
        return windows;
    }

    private static int at(List<Integer> list, int i, int standard) {
        return list.isEmpty() ? standard : list.get(Math.min(i, list.size() - 1));
    }

    private static Layer.Concat.Axis axis(Options options) throws BadCheckpointException {
        String axis = options.text("axis").orElse("features");
        return switch (axis) {
            case "features" -> Layer.Concat.Axis.FEATURES;
            case "tokens" -> Layer.Concat.Axis.TOKENS;
            default -> throw options.because("axis must be features or tokens");
        };
    }

    /** A number above 0; 1 where the kind stands alone, as a word. */
    static double positive(Options options, String word) throws BadCheckpointException {
        double number = options.values().get(word) instanceof Boolean ? 1 : options.requiredNumber(word);
        if (!(number >= SMALLEST)) {
            throw options.because(word + " must be above 0" + (number > 0 ? ", and no less than " + SMALLEST : ""));
        }
        return number;
    }
}
