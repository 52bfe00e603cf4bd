package org.normscope.audit.plan;

import java.io.Serializable;
import java.util.List;

/**
 * What the computation of a norm starts from.
 *
 * @param name the matrix's name, which chooses its random stream: that of the weight of the same name in an audit
 * @param vectors given vectors, each with an entry per row or column, whichever are fewer; they take the place of as many random
 *     ones. They may be wrong: then nothing is gained, and nothing lost but their places. Not modified.
 */
public record Start(String name, List<double[]> vectors) implements Serializable {
    /** A random start. */
    public static final Start RANDOM = named("matrix");

    /** Copies the list. */
    public Start {
        vectors = List.copyOf(vectors);
    }

    /** A random start of the stream with this name. */
    public static Start named(String name) {
        return new Start(name, List.of());
    }

    /** A warm start from these vectors, with random ones beside them. */
    public static Start from(double[]... vectors) {
        return new Start(RANDOM.name(), List.of(vectors));
    }
}
