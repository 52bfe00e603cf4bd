package org.normscope.audit.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.HeadGram;
import org.normscope.lipschitz.Layer;
import org.normscope.lipschitz.Layer.Attention.Head;
import org.normscope.lipschitz.Layer.Attention.Scores;
import org.normscope.tensor.BadCheckpointException;

/**
 * Attention from its description. Matrices are read once more, for the Gram matrices of their heads; what can't be read counts for every
 * head with the norm of the whole.
 *
 * @param lookup of what the description names
 * @param rows of the matrices
 */
record AttentionMaker(Lookup lookup, StoredRows rows) {
    private static final List<String> PARTS = List.of("query", "key", "value", "output");

    /** The parts and how they are cut into heads. */
    private record Cut(MatrixPart query, MatrixPart key, MatrixPart value, MatrixPart output, int heads, int keys) {
        int width() {
            return query.outputs() / heads;
        }

        Stream<MatrixPart> parts() {
            return Stream.of(query, key, value, output);
        }
    }

    /** A projection's heads: Gram matrices if it was read, and norms. */
    private record Projected(
            List<Layer.Projection> heads, @Nullable List<HeadGram> grams) {}

    Layer make(Options options, @Nullable Fold fold) throws BadCheckpointException, IOException {
        Cut cut = cut(options);
        Scores scores = scores(options, cut);
        Optional<Layer> missing = cut.parts()
                .flatMap(part -> Matrices.missing(part, fold).stream())
                .findFirst();
        if (missing.isPresent()) {
            return missing.get();
        }
        if (fold != null && fold.scale().length != cut.query().inputs()) {
            throw options.because("takes " + cut.query().inputs() + " inputs, the normalization before it has "
                    + fold.scale().length);
        }
        UpperBound whole = norm(cut.output(), null);
        List<Head> heads = heads(cut, scores, whole, fold);
        return heads.size() < cut.heads()
                ? Lookup.unknown(
                        cut.output().row().weight().name(), "that times the values' exceeds the largest double")
                : new Layer.Attention(
                        heads, new Layer.Projection(whole, Matrices.offset(cut.output(), whole, null)), scores);
    }

    /** The heads; fewer than there are where a product of norms exceeds the largest double. */
    private List<Head> heads(Cut cut, Scores scores, UpperBound whole, @Nullable Fold fold)
            throws BadCheckpointException, IOException {
        Projected query = projected(cut.query(), cut.heads(), fold);
        Projected key = projected(cut.key(), cut.keys(), fold);
        Projected value = projected(cut.value(), cut.keys(), fold);
        List<HeadGram> output = rows.has(cut.output().row())
                ? HeadGrams.of(rows, cut.output(), HeadGrams.Side.INPUTS, cut.heads(), null, null)
                        .grams()
                : null;
        List<Head> heads = new ArrayList<>();
        for (int i = 0; i < cut.heads(); i++) {
            int shared = (int) ((long) i * cut.keys() / cut.heads());
            UpperBound queryKey = meets(scores) ? product(query.grams(), i, key.grams(), shared) : null;
            Layer.Projection values = value.heads().get(shared);
            UpperBound together = product(output, i, value.grams(), shared);
            UpperBound outputValue = together == null ? apart(whole, values.norm()) : together;
            if (outputValue != null) {
                heads.add(new Head(query.heads().get(i), key.heads().get(shared), values, queryKey, outputValue));
            }
        }
        return heads;
    }

    private Cut cut(Options options) throws BadCheckpointException {
        Options parts = options.object(LayerKind.ATTENTION.word())
                .orElseThrow(() -> options.because("needs the matrices of its attention"));
        parts.requireOnly(PARTS);
        int heads = options.whole("heads", 1).orElseThrow(() -> options.because("needs heads"));
        int keys = options.whole("kv_heads", 1).orElse(heads);
        Cut cut = new Cut(
                MatrixPart.of(parts, "query", lookup),
                MatrixPart.of(parts, "key", lookup),
                MatrixPart.of(parts, "value", lookup),
                MatrixPart.of(parts, "output", lookup),
                heads,
                keys);
        int width = options.whole("head_dim", 1).orElse(cut.width());
        boolean fits = width >= 1
                && heads <= cut.query().outputs()
                && heads % keys == 0
                && cut.query().outputs() == (long) heads * width
                && cut.key().outputs() == (long) keys * width
                && cut.value().outputs() % keys == 0
                && (long) cut.value().outputs() / keys * heads == cut.output().inputs();
        boolean sameInput = cut.key().inputs() == cut.query().inputs()
                && cut.value().inputs() == cut.query().inputs();
        if (!fits || !sameInput) {
            throw options.because(heads + " heads of " + width + " and " + keys + " of keys and values don't fit "
                    + sizes(cut.query()) + ", " + sizes(cut.key()) + ", " + sizes(cut.value()) + ", "
                    + sizes(cut.output()) + " (query, key, value, output)");
        }
        return cut;
    }

    private static String sizes(MatrixPart part) {
        return part.outputs() + " x " + part.inputs();
    }

    private Scores scores(Options options, Cut cut) throws BadCheckpointException, IOException {
        String positions = options.text("positions").orElse("none");
        Scores.Positions where = switch (positions) {
            case "none", "alibi" -> Scores.Positions.ELSEWHERE;
            case "rotary" -> Scores.Positions.ROTARY;
            default -> throw options.because("positions must be none, rotary or alibi");
        };
        double standard = Math.nextUp(1 / Math.nextDown(Math.sqrt(cut.width())));
        double factor = options.number("factor").orElse(standard);
        if (!(factor >= 0)) {
            throw options.because("factor must not be negative");
        }
        if (options.values().containsKey("soft_cap") && !(options.requiredNumber("soft_cap") > 0)) {
            throw options.because("soft_cap must be above 0");
        }
        options.text("mask");
        NormMaker norms = new NormMaker(lookup);
        return new Scores(
                // A template's factor comes out of some roundings.
                new UpperBound(factor * (1 + 0x1p-48)),
                where,
                norms.inside(options, "query_norm"),
                norms.inside(options, "key_norm"));
    }

    private static boolean meets(Scores scores) {
        return scores.positions() == Scores.Positions.ELSEWHERE
                && scores.queryNorm() == null
                && scores.keyNorm() == null;
    }

    private Projected projected(MatrixPart part, int heads, @Nullable Fold fold)
            throws BadCheckpointException, IOException {
        List<Layer.Projection> projections = new ArrayList<>();
        if (!rows.has(part.row())) {
            UpperBound offset = Matrices.offset(part, norm(part, null), fold);
            projections.addAll(Collections.nCopies(heads, new Layer.Projection(norm(part, fold), offset)));
            return new Projected(projections, null);
        }
        HeadGrams.Heads read =
                HeadGrams.of(rows, part, HeadGrams.Side.OUTPUTS, heads, fold, Matrices.bias(part, lookup));
        int width = part.outputs() / heads;
        for (int i = 0; i < heads; i++) {
            UpperBound offset = PartOffsets.norm(read.offsets(), i * width, (i + 1) * width);
            projections.add(new Layer.Projection(read.grams().get(i).norm(), offset));
        }
        return new Projected(projections, read.grams());
    }

    /** There is one, for no part is {@link Matrices#missing}. */
    private static UpperBound norm(MatrixPart part, @Nullable Fold fold) {
        return Objects.requireNonNull(Matrices.norm(part, fold));
    }

    private static @Nullable UpperBound product(
            @Nullable List<HeadGram> left, int i, @Nullable List<HeadGram> right, int j) {
        return left == null || right == null
                ? null
                : HeadGram.productNorm(left.get(i), right.get(j)).narrow().orElse(null);
    }

    private static @Nullable UpperBound apart(UpperBound output, UpperBound value) {
        return WideBound.of(output).times(value).narrow().orElse(null);
    }
}
