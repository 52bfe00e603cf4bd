package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.QuantityTable;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Matrix;

/**
 * A chain {@code W_m D_(m-1) W_(m-1) ... D_1 W_1}: linear maps with an elementwise function between any two.
 *
 * @param weights W_1 to W_m, the first one applied first; each takes what the one before it gives
 * @param between the m - 1 functions
 */
public record FeedForward(List<LinearMap> weights, List<Layer.Elementwise> between) {
    private static final String RECURSION =
            "the chain up to each matrix: product of all norms and slopes; theta_k = sum over j < k of theta_j r_j |c_(j+1) ... c_(k-1)|"
                    + " ‖W_k ... W_(j+1)‖ (Combettes-Pesquet); rho_k = sqrt of the largest eigenvalue of W_k M⁻¹ W_kᵀ (ECLipsE-Fast)";

    /** Checks that the parts fit. */
    public FeedForward {
        weights = List.copyOf(weights);
        between = List.copyOf(between);
        if (weights.isEmpty() || between.size() != weights.size() - 1) {
            throw new IllegalArgumentException(
                    weights.size() + " linear maps with " + between.size() + " functions between them");
        }
        for (int i = 1; i < weights.size(); i++) {
            int comes = weights.get(i - 1).rows();
            int goes = weights.get(i).cols();
            if (comes != goes) {
                throw new IllegalArgumentException(
                        "linear map " + i + " (from 0) takes " + goes + " numbers, the one before it gives " + comes);
            }
        }
    }

    /**
     * Upper bounds on the same Lipschitz constant.
     *
     * @param product of all norms and slopes
     * @param combettesPesquet from the norms of products of successive matrices
     * @param eclipseFast by matrix inequalities
     * @param failureProbability chance that a norm of a product is wrong
     * @param recursions what each bound is for the chain up to each matrix, and how Combettes and Pesquet's is summed up
     */
    public record Bounds(
            WideBound product,
            WideBound combettesPesquet,
            Attempt eclipseFast,
            double failureProbability,
            List<QuantityTable> recursions) {
        /** Copies the list. */
        public Bounds {
            recursions = List.copyOf(recursions);
        }

        /** Bounds that hold as well for matrices which differ: each but the product, which knows their norms, by this much more. */
        public Bounds widened(WideBound margin) {
            WideBound known = eclipseFast.bound();
            Attempt moved = known == null ? eclipseFast : new Attempt(known.plus(margin), null);
            return new Bounds(product, combettesPesquet.plus(margin), moved, failureProbability, recursions);
        }

        /** ECLipsE-Fast's bound; null where it doesn't apply. */
        public @Nullable WideBound eclipse() {
            return eclipseFast.bound();
        }

        /** Why ECLipsE-Fast doesn't apply; null where it does. */
        public @Nullable String eclipseReason() {
            return eclipseFast.reason();
        }

        /** The least of them. */
        public WideBound least() {
            WideBound least = product.min(combettesPesquet);
            WideBound eclipse = eclipse();
            return eclipse == null ? least : least.min(eclipse);
        }
    }

    /**
     * A bound that may not apply.
     *
     * @param bound null if there is none
     * @param reason why not; null if there is one
     */
    public record Attempt(
            @Nullable WideBound bound, @Nullable String reason) {}

    /**
     * All three bounds.
     *
     * @param seed of the random starts
     */
    public Bounds bounds(long seed) {
        CombettesPesquet.Found successive = new CombettesPesquet(weights, between, seed).find();
        Optional<List<Matrix>> dense = dense();
        Eclipse.Outcome outcome = dense.isEmpty()
                ? Eclipse.Outcome.none("ECLipsE-Fast needs matrices, and a layer isn't stored as one")
                : Eclipse.bound(dense.get(), between);
        List<WideBound> products = products();
        return new Bounds(
                products.get(products.size() - 1),
                successive.bound(),
                new Attempt(outcome.bound(), outcome.reason()),
                successive.failureProbability(),
                List.of(recursion(products, successive.thetas(), outcome.upTo()), successive.terms()));
    }

    /** The product of all norms and slopes up to each matrix. */
    private List<WideBound> products() {
        List<WideBound> products = new ArrayList<>();
        WideBound product = WideBound.ONE;
        for (int i = 0; i < weights.size(); i++) {
            product = product.times(slope(i)).times(weights.get(i).norm());
            products.add(product);
        }
        return products;
    }

    /** The steepest slope before a matrix. */
    private WideBound slope(int matrix) {
        return matrix == 0 ? WideBound.ONE : between.get(matrix - 1).steepest();
    }

    /** @param upTo ECLipsE-Fast's bounds of the chain up to each matrix; too few where it doesn't apply */
    private QuantityTable recursion(List<WideBound> products, List<WideBound> thetas, List<WideBound> upTo) {
        boolean all = upTo.size() == weights.size();
        List<String> columns = new ArrayList<>(List.of("max |slope| before", "‖W_k‖", "product", "theta_k"));
        if (all) {
            columns.add("rho_k");
        }
        List<QuantityTable.Line> lines = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            List<WideBound> line = new ArrayList<>(
                    List.of(slope(i), WideBound.of(weights.get(i).norm()), products.get(i), thetas.get(i)));
            if (all) {
                line.add(upTo.get(i));
            }
            lines.add(new QuantityTable.Line("W_" + (i + 1), line));
        }
        return new QuantityTable(RECURSION, columns, lines);
    }

    private Optional<List<Matrix>> dense() {
        List<Matrix> matrices = new ArrayList<>();
        for (LinearMap weight : weights) {
            if (weight instanceof DenseMap map) {
                matrices.add(map.matrix());
            }
        }
        return matrices.size() == weights.size() ? Optional.of(matrices) : Optional.empty();
    }
}
