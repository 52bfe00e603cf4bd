package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.List;
import org.normscope.bound.QuantityTable;
import org.normscope.bound.WideBound;
import org.normscope.spectral.RandomStart;

/**
 * The bound of Combettes and Pesquet (SIAM J. Math. Data Sci. 2:529, 2020, 1903.01014) for slopes in any interval. With D_i = c_i I + r_i E_i,
 * c the middle of the slopes, r half their width, |E_i| at most 1, the product of all factors is a sum over the places where E is
 * taken; collected by the last such place:
 * {@code theta_0 = 1, theta_k = sum_(j<k) theta_j r_j |c_(j+1) ... c_(k-1)| ‖W_k ... W_(j+1)‖} with r_0 = 1, and L = theta_m.
 */
final class CombettesPesquet {
    /** Longer products of matrices are split: their norms would cost more than they gain. */
    private static final int LONGEST = 16;

    /** Matrices of a chain whose terms are kept. */
    private static final int SHORT = 8;

    private static final List<String> COLUMNS =
            List.of("theta_j", "r_j", "|c_(j+1) ... c_(k-1)|", "‖W_k ... W_(j+1)‖", "term");

    private final List<QuantityTable.Line> terms = new ArrayList<>();
    private final List<LinearMap> weights;
    private final List<Layer.Elementwise> between;
    private final long seed;
    /** {@code norms[k][j]} bounds {@code ‖W_k ... W_(j+1)‖}. */
    private final WideBound[][] norms;

    private double failureProbability;

    /**
     * The bound and the chance that a norm in it is wrong.
     *
     * @param bound on the Lipschitz constant
     * @param thetas theta_1 to theta_m, the last being the bound
     * @param failureProbability sum over the norms of products
     * @param terms of each theta; none for chains that are long
     */
    record Found(List<WideBound> thetas, double failureProbability, QuantityTable terms) {
        WideBound bound() {
            return thetas.get(thetas.size() - 1);
        }
    }

    CombettesPesquet(List<LinearMap> weights, List<Layer.Elementwise> between, long seed) {
        this.weights = weights;
        this.between = between;
        this.seed = seed;
        norms = new WideBound[weights.size() + 1][weights.size()];
    }

    Found find() {
        int m = weights.size();
        WideBound[] theta = new WideBound[m + 1];
        theta[0] = WideBound.ONE;
        for (int k = 1; k <= m; k++) {
            theta[k] = WideBound.ZERO;
            WideBound middles = WideBound.ONE;
            for (int j = k - 1; j >= 0; j--) {
                WideBound cut = j == 0 ? WideBound.ONE : halfWidth(between.get(j - 1));
                WideBound share = theta[j].times(cut).times(middles);
                norms[k][j] = norm(k, j, share);
                WideBound term = share.times(norms[k][j]);
                theta[k] = theta[k].plus(term);
                remember(k, j, List.of(theta[j], cut, middles, norms[k][j], term));
                middles = j == 0 ? middles : middles.times(middle(between.get(j - 1)));
            }
        }
        QuantityTable table = new QuantityTable("terms of theta_k, Combettes-Pesquet", COLUMNS, terms);
        return new Found(List.of(theta).subList(1, m + 1), failureProbability, table);
    }

    private void remember(int k, int j, List<WideBound> numbers) {
        if (weights.size() <= SHORT) {
            terms.add(new QuantityTable.Line("k = " + k + ", j = " + j, numbers));
        }
    }

    /** The least of all splits and its own norm; not its own where the product is long or has no share in the result. */
    private WideBound norm(int k, int j, WideBound share) {
        if (k == j + 1) {
            return WideBound.of(weights.get(j).norm());
        }
        WideBound least = norms[k][k - 1].times(norms[k - 1][j]);
        for (int i = j + 1; i < k - 1; i++) {
            least = least.min(norms[k][i].times(norms[i][j]));
        }
        if (k - j > LONGEST || share.equals(WideBound.ZERO)) {
            return least;
        }
        RandomStart start = new RandomStart(seed, "product " + j + " to " + k, 0);
        ProductNorm.Found own = ProductNorm.of(weights.subList(j, k), start);
        failureProbability += own.failureProbability();
        return least.min(own.bound());
    }

    /** {@code |a + b| / 2}, rounded up. */
    private static WideBound middle(Layer.Elementwise function) {
        return half(function.maxSlope(), function.minSlope());
    }

    /** {@code (b - a) / 2}, rounded up. */
    private static WideBound halfWidth(Layer.Elementwise function) {
        return half(function.maxSlope(), -function.minSlope());
    }

    private static WideBound half(double a, double b) {
        double sum = a + b;
        double other = sum - a;
        double error = (a - (sum - other)) + (b - other);
        double size = Math.abs(sum);
        return WideBound.of(0.5 * (error == 0 ? size : Math.nextUp(size)));
    }
}
