package org.normscope.job.spark;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.Lockstep;
import org.normscope.audit.pass.SlabShare;
import org.normscope.audit.pass.SlabWork;
import org.normscope.audit.pass.StripeAudit;
import org.normscope.audit.result.RowNorms;
import org.normscope.kernel.Kernels;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The steps of matrices in lockstep, one Spark job each: it multiplies every matrix that isn't finished, another one those whose
 * lines are cut. The vectors are broadcast; only sums come back.
 */
public final class StripeSteps {
    private final Lockstep lockstep;
    private final StripeAudit audit;
    private final Kernels kernels;
    private final JavaRDD<byte[]> bundles;
    private final @Nullable GridRun grids;

    /**
     * @param lockstep the matrices
     * @param audit what is computed of their bundles
     * @param kernels the loops of every machine
     * @param bundles a partition per bundle, in the order of their numbers, with its slabs in order or a {@link Loss}
     */
    public StripeSteps(Lockstep lockstep, StripeAudit audit, Kernels kernels, JavaRDD<byte[]> bundles) {
        this(lockstep, audit, kernels, bundles, null);
    }

    /** The same with those matrices whose lines are cut; null if there are none. */
    StripeSteps(
            Lockstep lockstep, StripeAudit audit, Kernels kernels, JavaRDD<byte[]> bundles, @Nullable GridRun grids) {
        this.lockstep = lockstep;
        this.audit = audit;
        this.kernels = kernels;
        this.bundles = bundles;
        this.grids = grids;
    }

    /** Runs until every matrix is finished; tells of each one as soon as it is. */
    public void run(Consumer<Lockstep.Finished> listener) {
        run(listener, rows -> {});
    }

    /** The same, and hands on the row norms that the first readings bring. */
    void run(Consumer<Lockstep.Finished> listener, Consumer<RowNorms> rows) {
        Map<Integer, SlabWork> wanted = lockstep.begin(rows);
        for (int step = 1; !wanted.isEmpty(); step++) {
            bundles.context()
                    .setJobDescription(
                            String.format(Locale.ROOT, "Step %d: multiply %d striped matrices", step, wanted.size()));
            step(wanted);
            lockstep.end().forEach(listener);
            wanted = lockstep.begin(rows);
        }
    }

    private void step(Map<Integer, SlabWork> wanted) {
        Broadcast<Wanted> packed = JavaSparkContext.fromSparkContext(bundles.context())
                .broadcast(new Wanted(lockstep.stripings().size(), wanted));
        try {
            for (List<Integer> portion : Portions.of(lockstep.wantedBundles(), lockstep::rowBytes)) {
                run(portion, packed);
            }
            if (grids != null) {
                grids.step(wanted.keySet(), kernels.name(), packed);
            }
        } finally {
            packed.destroy();
        }
    }

    private void run(List<Integer> portion, Broadcast<Wanted> packed) {
        if (portion.isEmpty()) {
            return;
        }
        Seq<Object> partitions =
                CollectionConverters.asScala(List.<Object>copyOf(portion)).toSeq();
        bundles.context()
                .runJob(
                        bundles.rdd(),
                        new BundleStep(audit, kernels.name(), packed),
                        partitions,
                        new Collector(lockstep, portion),
                        ClassTag$.MODULE$.apply(byte[].class));
    }

    /** Takes sums over bundles as they come; Spark calls it from one thread, with the place of the partition in the list asked for. */
    private static final class Collector extends AbstractFunction2<Object, byte[], BoxedUnit> {
        private final Lockstep lockstep;
        private final List<Integer> asked;

        Collector(Lockstep lockstep, List<Integer> asked) {
            this.lockstep = lockstep;
            this.asked = asked;
        }

        @Override
        public BoxedUnit apply(Object place, byte[] bytes) {
            int bundle = asked.get((Integer) place);
            Object result = Wire.unpack(bytes);
            if (result instanceof SlabShare share) {
                lockstep.give(bundle, share);
            } else {
                lockstep.fail(bundle, String.valueOf(result));
            }
            return BoxedUnit.UNIT;
        }
    }
}
