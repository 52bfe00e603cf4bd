package org.normscope.job.spark;

import java.nio.charset.StandardCharsets;
import java.util.List;
import scala.collection.Iterator;

/** A bundle that can't be had, in place of its slabs: an empty slab, which no matrix has, and then the reason. */
public final class Loss {
    private Loss() {}

    /** What stands for the slabs. */
    public static List<byte[]> because(String reason) {
        return List.of(new byte[0], reason.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a loss begins with this slab. */
    static boolean isAnnouncedBy(byte[] slab) {
        return slab.length == 0;
    }

    /** The reason, which is next. */
    static String reason(Iterator<byte[]> rest) {
        return rest.hasNext() ? new String(rest.next(), StandardCharsets.UTF_8) : "its slabs could not be read";
    }
}
