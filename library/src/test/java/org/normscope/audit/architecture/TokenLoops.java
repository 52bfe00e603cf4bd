package org.normscope.audit.architecture;

import java.util.List;
import java.util.function.UnaryOperator;
import org.normscope.testing.WrittenCheckpoint;

/** A small transformer in plain loops, block by block as its template has them. */
interface TokenLoops {
    /** Its numbers, and the least spread of what it normalizes. */
    LoopTensors tensors();

    default WrittenCheckpoint checkpoint() {
        return tensors().checkpoint();
    }

    String config();

    /** Vectors, one behind the other, that blocks take and give. */
    int tokens();

    /** Length of a vector between blocks. */
    int width();

    /** All blocks behind the embedding. */
    List<UnaryOperator<double[]>> blocks();

    /** What the first block makes of a text. */
    double[] embedded(int... text);

    /** Words that {@link #embedded} knows. */
    int vocabulary();

    /** The least standard deviation that was normalized since {@link #forgetSpread}. */
    default double leastSpread() {
        return tensors().leastSpread();
    }

    default void forgetSpread() {
        tensors().forgetSpread();
    }

    /** Everything behind the embedding. */
    default double[] behind(double[] x) {
        double[] y = x;
        for (UnaryOperator<double[]> block : blocks()) {
            y = block.apply(y);
        }
        return y;
    }
}
