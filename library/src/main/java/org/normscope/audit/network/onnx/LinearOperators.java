package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.normscope.format.onnx.Dim;
import org.normscope.tensor.DType;

/** Matrices and convolutions. */
final class LinearOperators {
    private static final String TWO_VALUES = "of two values that depend on the input";

    private LinearOperators() {}

    static void addTo(Map<String, Operator> all) {
        all.put("MatMul", Operator.of(LinearOperators::matMul));
        all.put("Gemm", Operator.of(LinearOperators::gemm));
        all.put("Conv", Operator.of(call -> convolution(call, "conv")));
        all.put("ConvTranspose", Operator.of(call -> convolution(call, "conv_transpose")));
    }

    private static Computed matMul(Call call) throws NoRuleException {
        Value a = call.needed(0);
        Value b = call.needed(1);
        if (a instanceof Computed x && b instanceof Fixed w) {
            Words matrix = matrix(w, true);
            return call.make(x.dims().with(-1, w.dims().at(1)), x, matrix);
        }
        if (a instanceof Fixed w && b instanceof Computed x) {
            Dims dims = x.dims().hasRank(1)
                    ? Dims.of(List.of(w.dims().at(0)))
                    : x.dims().with(-2, w.dims().at(0));
            return call.make(dims, x, alongRows(matrix(w, false)));
        }
        throw new NoRuleException(TWO_VALUES);
    }

    /** A matrix that acts on columns doesn't multiply with one that acts on rows: both are taken apart by transposing between them. */
    private static Words[] alongRows(Words matrix) {
        return new Words[] {Words.of("permute"), matrix, Words.of("permute")};
    }

    /**
     * The layer of a stored matrix.
     *
     * @param isInByOut whether its rows are inputs
     */
    private static Words matrix(Fixed w, boolean isInByOut) throws NoRuleException {
        Fixed.Origin origin = w.origin();
        boolean isMatrix = origin != null
                && w.dims().hasRank(2)
                && origin.layout() != Fixed.Layout.OTHER
                && origin.dtype().kind() == DType.Kind.FLOAT;
        if (origin == null || !isMatrix) {
            throw new NoRuleException("by what isn't stored as a matrix of floating point numbers");
        }
        boolean isTransposed = isInByOut == (origin.layout() == Fixed.Layout.AS_STORED);
        Words linear = Words.of("linear", origin.name());
        return isTransposed ? linear.with("transposed", true) : linear;
    }

    private static Computed gemm(Call call) throws NoRuleException {
        Value a = call.needed(0);
        Value b = call.needed(1);
        boolean transA = call.whole("transA", 0) != 0;
        boolean transB = call.whole("transB", 0) != 0;
        Dim rows = a.dims().at(transA ? 1 : 0);
        Dims dims = a.dims().isKnown() && b.dims().isKnown()
                ? Dims.of(List.of(rows, b.dims().at(transB ? 0 : 1)))
                : Dims.UNKNOWN;
        List<Words> words = new ArrayList<>();
        Computed x;
        if (a instanceof Computed left && b instanceof Fixed w) {
            x = left;
            Collections.addAll(words, transA ? alongRows(matrix(w, !transB)) : new Words[] {matrix(w, !transB)});
        } else if (a instanceof Fixed w && b instanceof Computed right) {
            x = right;
            Collections.addAll(words, alongRows(matrix(w, transA)));
        } else {
            throw new NoRuleException(TWO_VALUES);
        }
        double alpha = call.real("alpha", 1);
        if (alpha != 1) {
            words.add(Words.scale(alpha));
        }
        return plus(call, dims, x, words);
    }

    /** The product and the summand, if there is one. */
    private static Computed plus(Call call, Dims dims, Computed x, List<Words> words) throws NoRuleException {
        double beta = call.real("beta", 1);
        Value c = call.input(2).orElse(null);
        if (c != null
                && dims.isKnown()
                && Broadcast.repeats(dims, List.of(c.dims())).orElse(0) != 1) {
            throw new NoRuleException("with a summand that is larger than the product");
        }
        if (c instanceof Fixed) {
            Fixed.Origin bias = ((Fixed) c).origin();
            // A bias may be one number, or one for each row and column.
            boolean isVector = c.dims().hasRank(1) && c.dims().at(0).equals(dims.at(-1));
            boolean isPlain = words.size() == 1 && beta == 1 && bias != null && isVector;
            if (isPlain && bias != null) {
                words.set(0, words.get(0).with("bias", bias.name()));
            } else {
                words.add(Words.of("shift"));
            }
        }
        Words[] product = words.toArray(Words[]::new);
        if (!(c instanceof Computed summand)) {
            return call.make(dims, x, product);
        }
        Computed first = call.part(dims, x, Double.POSITIVE_INFINITY, product);
        Computed scaled = call.part(summand.dims(), summand, Double.POSITIVE_INFINITY, Words.scale(beta));
        Computed second = call.stretched(scaled, List.of(dims));
        return call.join(dims, List.of(first, second), Double.POSITIVE_INFINITY, Words.joining("add"));
    }

    private static Computed convolution(Call call, String word) throws NoRuleException {
        Computed x = call.only();
        Fixed w = call.fixed(1).orElseThrow(() -> new NoRuleException("without a kernel"));
        call.fixed(2);
        Fixed.Origin origin = w.origin();
        int rank = w.dims().orNone().size();
        boolean isStored = origin != null
                && origin.layout() == Fixed.Layout.AS_STORED
                && origin.dtype().kind() == DType.Kind.FLOAT;
        boolean fits =
                rank >= 3 && rank <= 5 && (!x.dims().isKnown() || x.dims().hasRank(rank));
        if (origin == null || !isStored || !fits) {
            throw new NoRuleException("by what isn't stored as a kernel of floating point numbers");
        }
        Sliding sliding = Sliding.of(call, w.dims().orNone().subList(2, rank));
        long groups = call.whole("group", 1);
        Long channels = w.dims().at(0).size();
        if (groups < 1 || groups > Integer.MAX_VALUE || channels == null || channels % groups != 0) {
            throw new NoRuleException("in groups that don't fit its kernel");
        }
        Words words = Words.of(word, origin.name())
                .with("stride", reals(sliding.strides()))
                .with("dilation", reals(sliding.dilations()))
                .with("groups", (double) groups)
                .with("padding", "zeros");
        return call.make(ConvolutionDims.of(call, x.dims(), w.dims(), sliding), x, words);
    }

    private static List<Object> reals(List<Long> numbers) {
        return numbers.stream().<Object>map(Long::doubleValue).toList();
    }
}
