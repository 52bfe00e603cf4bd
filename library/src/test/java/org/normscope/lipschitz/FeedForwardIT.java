package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A layer of 2048 neurons; the numbers are those of feed_forward.csv. */
class FeedForwardIT {
    @ParameterizedTest
    @CsvSource({
        "HE, 8.918718902856233, 6.66156389439899, 6.622956610068698",
        "SPIKED, 42.649872038672726, 25.886435202234807, 30.5262344931399"
    })
    void wideLayersHaveTheBoundsOfNumpy(RandomNetworks.Kind kind, double product, double successive, double eclipse) {
        List<LinearMap> weights = RandomNetworks.weights(3, kind, 512, 2048, 512);
        FeedForward.Bounds bounds = new FeedForward(weights, List.of(Activation.RELU.layer())).bounds(11);
        double[] oracle = {product, successive, eclipse};
        double[] found = {
            bounds.product().narrow().orElseThrow().value(),
            bounds.combettesPesquet().narrow().orElseThrow().value(),
            bounds.eclipse() == null
                    ? 0
                    : bounds.eclipse().narrow().orElseThrow().value()
        };
        for (int i = 0; i < oracle.length; i++) {
            assertThat(found[i]).isBetween(oracle[i] * (1 - 1e-12), oracle[i] * (1 + 2e-4));
        }
    }
}
