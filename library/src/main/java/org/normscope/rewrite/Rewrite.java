package org.normscope.rewrite;

import java.util.List;

/**
 * A new checkpoint from an old one, planned and not yet written.
 *
 * @param tensors all tensors of the new one, in the order of the old ones
 * @param changes the weights that are stored otherwise than before; all other tensors are copied
 * @param left weights that look as if they should change and don't, with the reason
 */
public record Rewrite(List<NewTensor> tensors, List<Change> changes, List<Left> left) {
    /** Copies the lists. */
    public Rewrite {
        tensors = List.copyOf(tensors);
        changes = List.copyOf(changes);
        left = List.copyOf(left);
    }

    /**
     * A weight that is stored otherwise than before.
     *
     * @param weight its own name, whatever it is made of
     * @param before the keys of the tensors that it was made of
     * @param after the keys of those that it is made of now
     * @param what what was done, in words that follow the keys: {@code renamed}
     * @param promise what holds of its norm afterwards
     */
    public record Change(String weight, List<String> before, List<String> after, String what, Promise promise) {
        /** Copies the lists. */
        public Change {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    /**
     * A weight that stays.
     *
     * @param weight its own name
     * @param reason in words
     */
    public record Left(String weight, String reason) {}

    /** What holds of a weight's spectral norm afterwards, but for what rounding to the stored type does. */
    public sealed interface Promise {
        /** It is what it was. */
        record Same() implements Promise {}

        /**
         * It is bounded.
         *
         * @param norm from above
         */
        record AtMost(double norm) implements Promise {
            /** What a weight is multiplied by: {@code norm / bound}, rounded down, so that the product with the bound never exceeds the norm. */
            public double factor(double bound) {
                double quotient = norm / bound;
                return Math.fma(quotient, bound, -norm) > 0 ? Math.nextDown(quotient) : quotient;
            }
        }

        /** It is what it was, divided by what torch's spectral norm takes for it: {@code u . (W v)} of the vectors that are stored now. */
        record Divided() implements Promise {}
    }
}
