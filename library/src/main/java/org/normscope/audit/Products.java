package org.normscope.audit;

import java.io.IOException;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Answer;
import org.normscope.spectral.Ask;
import org.normscope.weightnorm.MatrixStatistics;

/**
 * Whoever multiplies: the seam between the algorithms and where a matrix lies. The first reading, whatever it is for, also
 * yields the statistics.
 */
public interface Products {
    /**
     * Reads the matrix once, for its statistics alone.
     *
     * @throws IOException if the storage fails
     */
    MatrixStatistics scan() throws IOException;

    /**
     * Reads the matrix once and answers; the first reading also takes the statistics.
     *
     * @throws IOException if the storage fails
     */
    Answer answer(Ask ask) throws IOException;

    /** What the first reading found; only after it. */
    MatrixStatistics statistics();

    /**
     * From now on products are those of {@code 2^-exponent W}, and so is the Frobenius norm that comes with them; statistics stay
     * those of W.
     */
    void scaleDown(int exponent);

    /**
     * {@code W X}, shape long x k, for vectors of the short side.
     *
     * @param x shape m x k. Not modified.
     * @throws IOException if the storage fails
     */
    Matrix project(Matrix x) throws IOException;
}
