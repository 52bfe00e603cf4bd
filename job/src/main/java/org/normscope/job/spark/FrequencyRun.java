package org.normscope.job.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.FrequencyWork;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Frequencies of convolutions shared among Spark tasks, one job per step. What every task needs is broadcast once; answers come back. */
final class FrequencyRun implements FrequencyWork.Workers, AutoCloseable {
    /** Tasks per core, so that cores wait little for the last one. */
    private static final int TASKS_PER_CORE = 4;

    private final SparkContext context;
    private @Nullable FrequencyWork sent;
    private @Nullable Broadcast<byte[]> packed;

    FrequencyRun(SparkContext context) {
        this.context = context;
    }

    @Override
    public int shares() {
        return TASKS_PER_CORE * context.defaultParallelism();
    }

    @Override
    public List<FrequencyWork.Answers> answer(FrequencyWork work, List<FrequencyWork.Share> shares) {
        int questions =
                shares.stream().mapToInt(share -> share.questions().size()).sum();
        context.setJobDescription(String.format(
                Locale.ROOT, "Evaluate %d frequencies of a convolution of order %d", questions, work.order()));
        List<Integer> indices = IntStream.range(0, shares.size()).boxed().toList();
        RDD<Integer> rdd = JavaSparkContext.fromSparkContext(context)
                .parallelize(indices, shares.size())
                .rdd();
        Seq<Object> partitions =
                CollectionConverters.asScala(List.<Object>copyOf(indices)).toSeq();
        FrequencyWork.Answers[] answers = new FrequencyWork.Answers[shares.size()];
        context.runJob(
                rdd,
                new FrequencyStep(broadcast(work), shares),
                partitions,
                new Collector(answers),
                ClassTag$.MODULE$.apply(byte[].class));
        return Arrays.asList(answers);
    }

    private Broadcast<byte[]> broadcast(FrequencyWork work) {
        if (packed == null || sent != work) {
            close();
            sent = work;
            packed = JavaSparkContext.fromSparkContext(context).broadcast(Wire.pack(work));
        }
        return packed;
    }

    @Override
    public void close() {
        if (packed != null) {
            packed.destroy();
            packed = null;
        }
    }

    /** Takes answers as they come; Spark calls it from one thread. */
    private static final class Collector extends AbstractFunction2<Object, byte[], BoxedUnit> {
        private final FrequencyWork.Answers[] answers;

        Collector(FrequencyWork.Answers[] answers) {
            this.answers = answers;
        }

        @Override
        public BoxedUnit apply(Object share, byte[] bytes) {
            answers[(Integer) share] = (FrequencyWork.Answers) Wire.unpack(bytes);
            return BoxedUnit.UNIT;
        }
    }
}
