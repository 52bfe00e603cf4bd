package org.normscope.audit.network;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Activation;
import org.normscope.lipschitz.Layer;
import org.normscope.lipschitz.Layer.GatedMlp.Branch;
import org.normscope.tensor.BadCheckpointException;

/**
 * Gated MLPs from their descriptions. Gate and up are read once more, for the norms of their rows, and small ones for the norms of each with
 * rows weighed by the other's; otherwise the audit's norms count.
 *
 * @param lookup of what the description names
 * @param rows of the matrices
 * @param most entries of a matrix that is read once more
 */
record GatedMlpMaker(Lookup lookup, StoredRows rows, long most) {
    Layer make(Options options, @Nullable Fold fold) throws BadCheckpointException, IOException {
        Options parts = options.object(LayerKind.GATED_MLP.word())
                .orElseThrow(() -> options.because("needs the matrices of its gated_mlp"));
        parts.requireOnly(List.of("gate", "up", "down"));
        MatrixPart gate = MatrixPart.of(parts, "gate", lookup);
        MatrixPart up = MatrixPart.of(parts, "up", lookup);
        MatrixPart down = MatrixPart.of(parts, "down", lookup);
        String function = options.text("activation").orElse("silu");
        Layer.Elementwise activation = Activation.named(function)
                .orElseThrow(() -> options.because("activation is no function that docs/network.md lists"))
                .layer();
        requireFit(options, fold, gate, up, down);
        Optional<Layer> missing = Stream.concat(
                        Stream.of(gate, up).flatMap(part -> Matrices.missing(part, fold).stream()),
                        Matrices.missing(down, null).stream())
                .findFirst();
        if (missing.isPresent()) {
            return missing.get();
        }
        BranchRows gateRows = isRead(gate) ? BranchRows.read(rows, gate, fold) : null;
        BranchRows upRows = isRead(up) ? BranchRows.read(rows, up, fold) : null;
        UpperBound whole = Objects.requireNonNull(Matrices.norm(down, null));
        return new Layer.GatedMlp(
                branch(gate, gateRows, fold),
                branch(up, upRows, fold),
                new Layer.Projection(whole, Matrices.offset(down, whole, null)),
                gateRows == null || upRows == null ? null : crossed(gateRows, upRows),
                activation);
    }

    private boolean isRead(MatrixPart part) {
        return rows.has(part.row()) && part.row().weight().shape().elements() <= most;
    }

    private static void requireFit(
            Options options, @Nullable Fold fold, MatrixPart gate, MatrixPart up, MatrixPart down)
            throws BadCheckpointException {
        int inputs = fold == null ? gate.inputs() : fold.scale().length;
        boolean fits = gate.outputs() == up.outputs() && down.inputs() == gate.outputs();
        if (!fits || gate.inputs() != inputs || up.inputs() != inputs) {
            throw options.because("gate, up and down of " + sizes(gate) + ", " + sizes(up) + " and " + sizes(down)
                    + " don't fit" + (fold == null ? "" : " a normalization of " + inputs + " entries"));
        }
    }

    private static String sizes(MatrixPart part) {
        return part.outputs() + " x " + part.inputs();
    }

    private Branch branch(MatrixPart part, @Nullable BranchRows read, @Nullable Fold fold)
            throws BadCheckpointException, IOException {
        UpperBound whole = Objects.requireNonNull(Matrices.norm(part, fold));
        if (read == null) {
            UpperBound offset = Matrices.offset(part, Objects.requireNonNull(Matrices.norm(part, null)), fold);
            return new Branch(new Layer.Projection(whole, offset), largestRow(part, fold, whole), offset);
        }
        double[] offsets = read.offsets(Matrices.bias(part, lookup), rows.roundings(part.row()));
        UpperBound exact = fold == null || fold.isEven() ? null : read.norm();
        UpperBound norm = exact != null && exact.value() < whole.value() ? exact : whole;
        return new Branch(
                new Layer.Projection(norm, PartOffsets.norm(offsets, 0, offsets.length)),
                PartOffsets.largest(read.rowNorms()),
                PartOffsets.largest(offsets));
    }

    /** By the audit's statistics, where rows are those of the matrix; else the norm of the whole. */
    private static UpperBound largestRow(MatrixPart part, @Nullable Fold fold, UpperBound whole) {
        if (part.transposed() || part.row().statistics() == null) {
            return whole;
        }
        double largest = part.row().statistics().rowNorm().max() * (1 + 1e-12);
        return WideBound.of(largest).times(Fold.largest(fold)).narrow().orElse(whole);
    }

    private static Layer.GatedMlp.@Nullable Crossed crossed(BranchRows gate, BranchRows up) {
        UpperBound gateByUp = gate.weighed(up.rowNorms());
        UpperBound upByGate = up.weighed(gate.rowNorms());
        return gateByUp == null || upByGate == null ? null : new Layer.GatedMlp.Crossed(gateByUp, upByGate);
    }
}
