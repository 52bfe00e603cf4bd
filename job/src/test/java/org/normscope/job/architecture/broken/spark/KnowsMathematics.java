package org.normscope.job.architecture.broken.spark;

import org.normscope.linalg.Matrix;

interface KnowsMathematics {
    void use(Matrix matrix);
}
