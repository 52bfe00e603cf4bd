package org.normscope.job.mllib;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.normscope.audit.pass.SlabPieces;
import org.normscope.audit.plan.Striping;
import org.normscope.job.spark.Loss;
import scala.Tuple2;

/**
 * Turns distributed parts of a matrix into its slabs: one shuffle of byte strings, which every serializer passes on unharmed.
 *
 * @param striping the cut and the bundles
 */
record Stripes(Striping striping) implements Serializable {
    /** Key of a text that says why a part can't be used. */
    private static final int REFUSED = -1;

    /** The slabs, a partition per bundle; a bundle that can't be had is a {@link Loss}. */
    <T> JavaRDD<byte[]> of(JavaRDD<T> parts, Function<T, SlabPieces.Rectangle> rectangle) {
        SlabPieces pieces = new SlabPieces(striping.grid().bands());
        JavaPairRDD<Integer, byte[]> cut = parts.flatMapToPair(part -> cut(pieces, rectangle, part));
        return cut.partitionBy(new BundlePartitioner(striping.tree()))
                .mapPartitionsWithIndex((bundle, given) -> assemble(pieces, bundle, given), false);
    }

    /** What is wrong travels as a value: thrown, it would be tried again and hidden in a stack trace. */
    private static <T> Iterator<Tuple2<Integer, byte[]>> cut(
            SlabPieces pieces, Function<T, SlabPieces.Rectangle> rectangle, T part) throws Exception {
        List<Tuple2<Integer, byte[]>> cut = new ArrayList<>();
        try {
            pieces.cut(rectangle.call(part)).forEach((slab, piece) -> cut.add(new Tuple2<>(slab, piece)));
        } catch (IllegalArgumentException e) {
            cut.add(new Tuple2<>(REFUSED, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8)));
        }
        return cut.iterator();
    }

    private Iterator<byte[]> assemble(SlabPieces pieces, int bundle, Iterator<Tuple2<Integer, byte[]>> given) {
        int first = striping.tree().first(bundle);
        List<SlabPieces.Slab> slabs = new ArrayList<>();
        for (int i = 0; i < striping.tree().size(bundle); i++) {
            slabs.add(pieces.new Slab(first + i));
        }
        while (given.hasNext()) {
            Tuple2<Integer, byte[]> piece = given.next();
            if (piece._1() == REFUSED) {
                return Loss.because(new String(piece._2(), StandardCharsets.UTF_8))
                        .iterator();
            }
            try {
                slabs.get(piece._1() - first).put(piece._2());
            } catch (IllegalArgumentException e) {
                return Loss.because(String.valueOf(e.getMessage())).iterator();
            }
        }
        return slabs.stream().map(SlabPieces.Slab::bytes).iterator();
    }
}
