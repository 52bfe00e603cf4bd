package org.normscope.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranspositionTest {
    private static final int[] SIDES = {1, 2, 7, 31, 32, 33, 100};

    @ParameterizedTest(name = "{0} bytes per element")
    @ValueSource(ints = {1, 2, 4, 8})
    void everyElementMovesWhole(int bytes) {
        for (int rows : SIDES) {
            for (int cols : SIDES) {
                byte[] source = new byte[rows * cols * bytes];
                new SplittableRandom(17).nextBytes(source);
                byte[] target = new byte[source.length];
                Transposition.transpose(source, target, rows, cols, bytes);
                for (int i = 0; i < source.length; i++) {
                    int element = i / bytes;
                    int moved = (element % cols * rows + element / cols) * bytes + i % bytes;
                    assertThat(target[moved])
                            .as("%d x %d, byte %d", rows, cols, i)
                            .isEqualTo(source[i]);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} bytes per element")
    @ValueSource(ints = {1, 2, 4, 8})
    void turningTwiceGivesTheMatrixBack(int bytes) {
        byte[] source = new byte[45 * 70 * bytes];
        new SplittableRandom(18).nextBytes(source);
        byte[] turned = new byte[source.length];
        byte[] back = new byte[source.length];
        Transposition.transpose(source, turned, 45, 70, bytes);
        Transposition.transpose(turned, back, 70, 45, bytes);
        assertThat(back).isEqualTo(source);
    }
}
