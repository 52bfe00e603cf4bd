package org.normscope.job.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.normscope.report.Figures;
import org.normscope.rewrite.verify.Pair;
import org.normscope.rewrite.verify.Relation;
import org.normscope.rewrite.verify.RelationEngine;

/**
 * Matrices before and after are read side by side by executors, one task for each.
 *
 * @param context started
 */
record SparkRelations(SparkContext context) implements RelationEngine {
    @Override
    public List<Optional<Relation>> relate(List<Pair> pairs) throws IOException {
        if (pairs.isEmpty()) {
            return List.of();
        }
        List<byte[]> packed = pairs.stream().map(Wire::pack).toList();
        context.setJobGroup("normscope-compare", "Compare " + Figures.count(pairs.size(), "matrix"), true);
        try {
            List<byte[]> found = JavaSparkContext.fromSparkContext(context)
                    .parallelize(packed, packed.size())
                    .map(SparkRelations::related)
                    .collect();
            List<Optional<Relation>> relations = new ArrayList<>();
            for (byte[] one : found) {
                relations.add(relation(Wire.unpack(one)));
            }
            return relations;
        } catch (RuntimeException e) {
            throw LostJob.because(e);
        } finally {
            context.clearJobGroup();
        }
    }

    /** A packed list of the relation, empty if there is none, or a packed text that says why nobody knows. */
    private static byte[] related(byte[] pair) {
        return Attempts.packed(
                TaskContext.get(),
                () -> found((Pair) Wire.unpack(pair)),
                () -> "out of memory while matrices were compared");
    }

    private static Serializable found(Pair pair) {
        try {
            ArrayList<Relation> found = new ArrayList<>();
            RelationEngine.local(1).relate(List.of(pair)).get(0).ifPresent(found::add);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Relation> relation(Object result) throws IOException {
        if (result instanceof List<?> found) {
            return found.stream().map(Relation.class::cast).findFirst();
        }
        throw new IOException(String.valueOf(result));
    }
}
