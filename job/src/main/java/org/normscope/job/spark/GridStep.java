package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.GridAudit;
import org.normscope.audit.pass.GridAudit.Pass;
import org.normscope.audit.pass.Projection;
import org.normscope.audit.pass.SlabShare;
import org.normscope.audit.pass.SlabWork;
import org.normscope.kernel.Kernels;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One step for matrices whose lines are cut, in four parts with a shuffle between each and the next. What travels is a key, a place among
 * those of the same key, and a packed share, or a packed text that says why there is none. A key is a matrix and its band or column.
 */
final class GridStep implements Serializable {
    private static final long serialVersionUID = 1L;

    private final GridAudit audit;
    private final String kernel;
    private final Broadcast<Wanted> wanted;

    GridStep(GridAudit audit, String kernel, Broadcast<Wanted> wanted) {
        this.audit = audit;
        this.kernel = kernel;
        this.wanted = wanted;
    }

    private @Nullable Pass pass(int task) {
        SlabWork work = wanted.value().of(task);
        return work == null ? null : new Pass(work, Kernels.named(kernel));
    }

    /** The share of every block of a part in the product of its band: keyed by band, placed by column. */
    Iterator<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, byte[]>>> project(Integer part, Iterator<byte[]> blocks) {
        List<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, byte[]>>> shares = new ArrayList<>();
        int task = audit.task(part);
        Pass pass = pass(task);
        if (pass == null) {
            return shares.iterator();
        }
        for (int i = 0; i < audit.count(part); i++) {
            int position = i;
            byte[] share = packed(part, () -> audit.project(part, position, next(blocks), pass));
            shares.add(keyed(task, audit.band(part, i), audit.column(part, i), share));
        }
        return shares.iterator();
    }

    /** The product of a band, put together in the order of its columns; keyed by the parts that need it, placed by band. */
    Iterator<Tuple2<Integer, Tuple2<Integer, byte[]>>> band(
            Tuple2<Tuple2<Integer, Integer>, Iterable<Tuple2<Integer, byte[]>>> shares) {
        int task = shares._1()._1();
        int band = shares._1()._2();
        Object sum = null;
        for (byte[] share : ordered(shares._2())) {
            Object next = Wire.unpack(share);
            if (next instanceof Projection projection) {
                sum = sum instanceof Projection before ? before.plus(projection) : sum == null ? next : sum;
            } else {
                sum = sum instanceof String ? sum : next;
            }
        }
        byte[] packed = Wire.pack((Serializable) requireNonNull(sum));
        List<Tuple2<Integer, Tuple2<Integer, byte[]>>> messages = new ArrayList<>();
        for (int part : audit.partsOf(task, band)) {
            messages.add(new Tuple2<>(part, new Tuple2<>(band, packed)));
        }
        return messages.iterator();
    }

    /** The share of every block of a part in the product of its column: keyed by column, placed by band. */
    Iterator<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, byte[]>>> multiply(
            Iterator<byte[]> blocks, Iterator<Tuple2<Integer, Tuple2<Integer, byte[]>>> messages) {
        int part = TaskContext.getPartitionId();
        Pass pass = pass(audit.task(part));
        if (pass == null) {
            return List.<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, byte[]>>>of()
                    .iterator();
        }
        Map<Integer, byte[]> bands = new HashMap<>();
        messages.forEachRemaining(
                message -> bands.put(message._2()._1(), message._2()._2()));
        return multiply(part, blocks, bands, pass).iterator();
    }

    private List<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, byte[]>>> multiply(
            int part, Iterator<byte[]> blocks, Map<Integer, byte[]> bands, Pass pass) {
        int task = audit.task(part);
        List<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, byte[]>>> shares = new ArrayList<>();
        boolean hasColumns = audit.hasColumns(task, pass);
        for (int i = 0; i < audit.count(part); i++) {
            int position = i;
            int band = audit.band(part, i);
            byte[] message = bands.get(band);
            Object sum = Wire.unpack(requireNonNull(message));
            if (!(sum instanceof Projection projection)) {
                shares.add(keyed(task, audit.across(task), band, message));
                return shares;
            }
            if (hasColumns) {
                byte[] share = packed(part, () -> audit.multiply(part, position, next(blocks), projection, pass));
                shares.add(keyed(task, audit.column(part, i), band, share));
            }
            if (audit.column(part, i) == 0) {
                byte[] summary = packed(part, () -> audit.summary(task, projection, pass));
                shares.add(keyed(task, audit.across(task), band, summary));
            }
        }
        return shares;
    }

    /** The sum over a column, in the order of the bands. */
    Tuple2<Tuple2<Integer, Integer>, byte[]> sum(
            Tuple2<Tuple2<Integer, Integer>, Iterable<Tuple2<Integer, byte[]>>> shares) {
        List<SlabShare> bands = new ArrayList<>();
        for (byte[] packed : ordered(shares._2())) {
            if (Wire.unpack(packed) instanceof SlabShare share) {
                bands.add(share);
            } else {
                return new Tuple2<>(shares._1(), packed);
            }
        }
        int task = shares._1()._1();
        boolean whole = bands.size() == audit.bands(task);
        return new Tuple2<>(shares._1(), Wire.pack(whole ? audit.sum(task, bands) : "shares of a column are missing"));
    }

    private static Iterable<byte[]> ordered(Iterable<Tuple2<Integer, byte[]>> shares) {
        Map<Integer, byte[]> byPlace = new TreeMap<>();
        shares.forEach(share -> byPlace.put(share._1(), share._2()));
        return byPlace.values();
    }

    private static Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, byte[]>> keyed(
            int task, int index, int place, byte[] packed) {
        return new Tuple2<>(new Tuple2<>(task, index), new Tuple2<>(place, packed));
    }

    private static byte[] next(Iterator<byte[]> blocks) {
        byte[] block = blocks.hasNext() ? blocks.next() : new byte[0];
        if (Loss.isAnnouncedBy(block)) {
            throw new UncheckedIOException(new IOException(Loss.reason(CollectionConverters.asScala(blocks))));
        }
        return block;
    }

    private byte[] packed(int part, Supplier<? extends Serializable> share) {
        return Attempts.packed(TaskContext.get(), share, () -> audit.shortage(part));
    }
}
