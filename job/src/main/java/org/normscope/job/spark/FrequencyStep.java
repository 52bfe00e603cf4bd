package org.normscope.job.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.normscope.audit.pass.FrequencyWork;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** What a Spark task does for a convolution whose frequencies are shared out: answers one share. */
final class FrequencyStep extends AbstractFunction2<TaskContext, Iterator<Integer>, byte[]> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<byte[]> work;
    private final List<FrequencyWork.Share> shares;

    /** @param work packed */
    FrequencyStep(Broadcast<byte[]> work, List<FrequencyWork.Share> shares) {
        this.work = work;
        this.shares = shares;
    }

    @Override
    public byte[] apply(TaskContext context, Iterator<Integer> indices) {
        FrequencyWork unpacked = (FrequencyWork) Wire.unpack(work.value());
        return Wire.pack(unpacked.answer(shares.get(indices.next())));
    }
}
