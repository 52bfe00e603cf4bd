package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.RandomStart;

class ProductNormTest {
    /** Above {@link ProductNorm#GRAM_ORDER} by block Lanczos, below by the Gram matrix; wide and tall. */
    @ParameterizedTest
    @CsvSource({"5 8", "8 5", "40 60 50", "60 10 60", "270 280", "300 260", "1 1 1"})
    void isTheNormOfTheProductThatIsNeverFormed(String shape) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] widths = shape.split(" ");
        List<LinearMap> maps = new ArrayList<>();
        int cols = 20 + Integer.parseInt(widths[0]);
        Matrix product = Matrix.identity(cols);
        for (String width : widths) {
            Matrix next = RandomNetworks.gaussian(random, Integer.parseInt(width), product.rows(), 3e5);
            maps.add(DenseMap.of(next));
            product = Dense.times(next, product);
        }
        ProductNorm.Found found = ProductNorm.of(maps, new RandomStart(seed, "product", 0));
        double exact = Decompositions.singularValues(product)[0];
        double bound = found.bound().narrow().orElseThrow().value();
        assertThat(bound).as("seed %d", seed).isBetween(exact * (1 - 1e-12), exact * (1 + 2e-4));
        assertThat(found.failureProbability() > 0).isEqualTo(Integer.parseInt(widths[widths.length - 1]) > 256);
    }
}
