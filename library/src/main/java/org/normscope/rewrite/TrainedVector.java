package org.normscope.rewrite;

import java.io.IOException;
import java.io.OutputStream;
import org.normscope.parity.PowerIteration.Vectors;
import org.normscope.storage.Storage;

/**
 * u or v of a spectral norm, in the weight's type.
 *
 * @param run that it comes out of
 * @param side which of the two
 */
record TrainedVector(PowerRun run, Side side) implements TensorContent {
    /** The side of the matrix that a vector is as long as. */
    enum Side {
        U,
        V
    }

    @Override
    public void writeTo(Storage storage, OutputStream out) throws IOException {
        Vectors vectors = run.vectors(storage);
        double[] vector = side == Side.U ? vectors.u() : vectors.v();
        new Encoding(run.weight().dtype(), out).write(vector, vector.length);
    }
}
