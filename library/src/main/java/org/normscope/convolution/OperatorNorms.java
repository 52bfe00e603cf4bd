package org.normscope.convolution;

import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;

/** Norms of convolutions as operators, between l2 norms: {@code docs/math/convolutions.md} has the proofs. */
public final class OperatorNorms {
    /** Most evaluations of one symbol. */
    private static final long EVALUATIONS = 20_000;

    private OperatorNorms() {}

    /**
     * The norm of a convolution: the supremum over all frequencies of its polyphase symbol's largest singular value, of the worst group. Flat symbols, as
     * of orthogonal convolutions, end with the interval that the work allowed can show.
     *
     * @param kernel c_out x c_in/groups x taps
     * @param geometry as many spatial dimensions; the groups divide dim 0
     * @param tolerance relative width of the interval to reach, above 0
     */
    public static OperatorNorm of(Kernel kernel, Geometry geometry, double tolerance, Evaluator evaluator) {
        check(kernel, geometry);
        int exponent = kernel.exponent();
        Kernel scaled = kernel.times(-exponent);
        double lower = 0;
        double upper = 0;
        long evaluations = 0;
        double work =
                SearchCost.of(kernel.shape().stream().map(Integer::longValue).toList(), geometry)
                                .work()
                        / geometry.groups();
        for (int group = 0; group < geometry.groups(); group++) {
            Symbol symbol = new Symbol(scaled, geometry, group);
            long limit = (long) Math.min(EVALUATIONS, work / symbol.work());
            Ask.Finished found = search(new FrequencySearch(symbol, lower, tolerance, limit), symbol, evaluator);
            lower = found.lower();
            upper = Math.max(upper, found.upper());
            evaluations += found.evaluations();
        }
        Certificate certificate = upper == 0 ? Certificate.EXACT : Certificate.RIGOROUS;
        return new OperatorNorm(
                Interval.around(lower, lower, upper, certificate, 0).scaled(exponent), evaluations);
    }

    private static Ask.Finished search(FrequencySearch search, Symbol symbol, Evaluator evaluator) {
        while (search.next() instanceof Ask.Evaluate evaluate) {
            search.answer(evaluator.evaluate(symbol, evaluate.questions()));
        }
        return (Ask.Finished) search.next();
    }

    private static void check(Kernel kernel, Geometry geometry) {
        if (geometry.stride().size() != kernel.dims()) {
            throw new IllegalArgumentException("kernel " + kernel.shape() + " but stride " + geometry.stride());
        }
        if (kernel.rows() % geometry.groups() != 0) {
            throw new IllegalArgumentException(
                    "dim 0 of kernel " + kernel.shape() + " isn't divisible by " + geometry.groups() + " groups");
        }
    }
}
