package org.normscope.lipschitz;

/**
 * Under which conditions a bound is to hold.
 *
 * @param metric how distances are measured
 * @param spreadFloor r: every vector that enters a normalization has at least this root mean square (RMSNorm) or standard deviation
 *     (LayerNorm, GroupNorm); 0 assumes nothing
 * @param routing what is known of a mixture's routing
 */
public record Conditions(Metric metric, double spreadFloor, Routing routing) {
    /** What is known of a mixture's routing. */
    public enum Routing {
        /** Nothing: inputs may be routed to other experts. */
        ANY,
        /** Both inputs go to the same experts. */
        FIXED
    }

    /** Rejects a negative, infinite or undefined floor. */
    public Conditions {
        if (!(spreadFloor >= 0) || Double.isInfinite(spreadFloor)) {
            throw new IllegalArgumentException("spread floor " + spreadFloor);
        }
    }

    /** No condition but the metric. */
    public static Conditions global(Metric metric) {
        return new Conditions(metric, 0, Routing.ANY);
    }
}
