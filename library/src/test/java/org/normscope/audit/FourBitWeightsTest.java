package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;
import org.normscope.weights.How;

/** Weights of four bits, against the formula in plain loops and a full decomposition. */
class FourBitWeightsTest {
    private static final int ROWS = 12;
    private static final double[] E2M1 = {0, 0.5, 1, 1.5, 2, 3, 4, 6};

    private static double nibble(byte[] codes, int row, int col, int cols) {
        int both = codes[(row * cols + col) / 2];
        int code = (col % 2 == 0 ? both : both >> 4) & 15;
        return code < 8 ? E2M1[code] : -E2M1[code - 8];
    }

    private static byte[] random(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void judge(WrittenCheckpoint model, How how, Matrix truth) throws Exception {
        AuditReport report = LocalAudit.of(model).run(LocalAudit.SEEDED);
        WeightRow row = report.weights().stream()
                .filter(one -> one.weight().how() == how)
                .findFirst()
                .orElseThrow();
        assertThat(row.status()).as("%s", row.reason()).isEqualTo(Status.ANALYZED);
        double sigma = Decompositions.singularValues(truth)[0];
        Interval found = LocalAudit.norm(row).sigma();
        assertThat(found.estimate()).isCloseTo(sigma, within(1e-9 * sigma));
        assertThat(found.lower().value()).isLessThanOrEqualTo(sigma * (1 + 1e-13));
        assertThat(found.upper().orElseThrow().value()).isGreaterThanOrEqualTo(sigma * (1 - 1e-13));
        assertThat(report.weights()).hasSize(1);
    }

    @Test
    void mxfp4IsDecodedWithItsScales() throws Exception {
        Random random = new Random(4);
        int cols = 64;
        byte[] codes = random(random, ROWS * cols / 2);
        byte[] scales = new byte[ROWS * 2];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (byte) (120 + random.nextInt(10));
        }
        Matrix truth = Matrix.zeros(ROWS, cols);
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < cols; j++) {
                truth.set(i, j, nibble(codes, i, j, cols) * Math.scalb(1.0, (scales[i * 2 + j / 32] & 255) - 127));
            }
        }
        WrittenCheckpoint model = new WrittenCheckpoint()
                .with("mlp.w1_blocks", DType.U8, Shape.of(ROWS, 2, 16), codes)
                .with("mlp.w1_scales", DType.U8, Shape.of(ROWS, 2), scales);
        judge(model, How.MXFP4, truth);
    }

    @ParameterizedTest
    @CsvSource({"weight_packed, weight_global_scale, true", "weight, weight_scale_2, false"})
    void nvfp4IsDecodedWithItsScalesAndTheGlobalOne(String packed, String global, boolean divides) throws Exception {
        Random random = new Random(5);
        int cols = 48;
        byte[] codes = random(random, ROWS * cols / 2);
        byte[] scales = new byte[ROWS * 3];
        Matrix truth = Matrix.zeros(ROWS, cols);
        for (int i = 0; i < scales.length; i++) {
            // 2^-3 to 2^4 times 1 + fraction / 8, as E4M3.
            scales[i] = (byte) ((4 + random.nextInt(8)) << 3 | random.nextInt(8));
        }
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < cols; j++) {
                int code = scales[i * 3 + j / 16];
                double scale = (1 + (code & 7) / 8.0) * Math.scalb(1.0, (code >> 3) - 7);
                truth.set(i, j, nibble(codes, i, j, cols) * scale * (divides ? 1 / 3.0 : 3));
            }
        }
        WrittenCheckpoint model = new WrittenCheckpoint()
                .with("mlp." + packed, DType.U8, Shape.of(ROWS, cols / 2), codes)
                .with("mlp.weight_scale", DType.F8_E4M3, Shape.of(ROWS, 3), scales)
                .with("mlp." + global, DType.F32, Shape.of(), 3);
        judge(model, How.NVFP4, truth);
    }

    @Test
    void aBlockWithoutAScaleIsNotANumber() throws Exception {
        byte[] scales = {127, (byte) 255};
        WrittenCheckpoint model = new WrittenCheckpoint()
                .with("mlp.w1_blocks", DType.U8, Shape.of(2, 1, 16), random(new Random(6), 32))
                .with("mlp.w1_scales", DType.U8, Shape.of(2, 1), scales);
        WeightRow row = LocalAudit.of(model).run(LocalAudit.SEEDED).weights().get(0);
        assertThat(row.status()).isEqualTo(Status.SKIPPED);
        assertThat(row.reason()).startsWith("32 NaN");
    }
}
