package org.normscope.job.spark;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.SlabWork;

/**
 * What a step wants of every matrix, packed for the way to the machines. A machine unpacks what is wanted of a matrix once, for all its
 * tasks, and nothing of matrices that it has no part of.
 */
final class Wanted implements Serializable {
    private static final long serialVersionUID = 1L;

    private final byte[][] packed;
    private transient @Nullable SlabWork @Nullable [] unpacked;

    /** @param works what is wanted, by matrix; none for one that is finished */
    Wanted(int matrices, Map<Integer, SlabWork> works) {
        packed = new byte[matrices][0];
        works.forEach((matrix, work) -> packed[matrix] = Wire.pack(work));
    }

    /** What is wanted of a matrix, or null if it is finished. Shared among tasks. */
    synchronized @Nullable SlabWork of(int matrix) {
        if (packed[matrix].length == 0) {
            return null;
        }
        if (unpacked == null) {
            unpacked = new SlabWork[packed.length];
        }
        SlabWork work = unpacked[matrix];
        if (work == null) {
            work = (SlabWork) Wire.unpack(packed[matrix]);
            unpacked[matrix] = work;
        }
        return work;
    }
}
