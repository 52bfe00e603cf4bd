package org.normscope.audit.result;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Interval;
import org.normscope.bound.LowerBound;
import org.normscope.bound.UpperBound;

/**
 * What a low-rank adapter does to a model.
 *
 * @param name of the adapter
 * @param weights that it changes, in the order of the base
 * @param base bound of the model without it; null where nobody said how layers are connected
 */
public record AdapterEffect(
        String name, List<Change> weights, @Nullable ModelBound base) {
    /** Copies the list. */
    public AdapterEffect {
        weights = List.copyOf(weights);
    }

    /**
     * A weight that an adapter changes. Intervals are null where they couldn't be found; the rows of the report say why.
     *
     * @param weight its name
     * @param factor by which the product of the adapter's matrices is multiplied
     * @param before norm of the stored weight W
     * @param change norm of factor B A
     * @param after norm of W + factor B A
     */
    public record Change(
            String weight,
            double factor,
            @Nullable Interval before,
            @Nullable Interval change,
            @Nullable Interval after) {
        /** At least {@code ‖factor B A‖ / ‖W‖}: how much the layer's output can move, relatively; null where that isn't known. */
        public @Nullable UpperBound most() {
            UpperBound above = change == null ? null : change.upper().orElse(null);
            if (above == null || before == null || before.lower().value() == 0) {
                return null;
            }
            double quotient = Math.nextUp(above.value() / before.lower().value());
            return Double.isFinite(quotient) ? new UpperBound(quotient) : null;
        }

        /** At most {@code ‖factor B A‖ / ‖W‖}; null where that isn't known. */
        public @Nullable LowerBound least() {
            UpperBound below = before == null ? null : before.upper().orElse(null);
            if (below == null || below.value() == 0 || change == null) {
                return null;
            }
            double quotient = Math.nextDown(change.lower().value() / below.value());
            return Double.isFinite(quotient) ? new LowerBound(Math.max(0, quotient)) : null;
        }
    }
}
