package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class NormalizationTest {
    @TempDir
    private Path folder;

    private static AuditReport audit(WrittenCheckpoint file) throws Exception {
        return Audited.of(file.storage(), WrittenCheckpoint.LOCATION, Audited.SETTINGS);
    }

    private AuditReport auditOf(Rewrite rewrite, WrittenCheckpoint old) throws Exception {
        Loaded.written(rewrite.tensors(), 1 << 16, old.storage(), folder);
        return Audited.of(new LocalStorage(), folder.toString(), Audited.SETTINGS);
    }

    private static WrittenCheckpoint random(DType dtype) {
        SplittableRandom random = new SplittableRandom(5);
        return new WrittenCheckpoint()
                .with("a.weight", dtype, Shape.of(60, 45), WrittenCheckpoint.random(dtype, 60 * 45, random))
                .with("a.bias", dtype, Shape.of(60), WrittenCheckpoint.random(dtype, 60, random))
                .with("conv.weight", dtype, Shape.of(8, 6, 3, 3), WrittenCheckpoint.random(dtype, 8 * 54, random))
                .with("embed.weight", dtype, Shape.of(90, 20), WrittenCheckpoint.random(dtype, 1800, random));
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
    void everyNormIsOneButForTheRoundingOfTheType(DType dtype) throws Exception {
        WrittenCheckpoint old = random(dtype);
        AuditReport before = audit(old);
        Rewrite rewrite = Normalization.toOne(before);
        assertThat(rewrite.changes())
                .extracting(Change::weight)
                .containsExactly("a.weight", "conv.weight", "embed.weight");
        assertThat(rewrite.changes()).extracting(Change::promise).containsOnly(new Promise.AtMost(1));
        for (WeightRow row : auditOf(rewrite, old).weights()) {
            assertThat(Audited.upper(row)).as(row.weight().name()).isLessThanOrEqualTo(Audited.most(row, 1));
            double least = (1 / (1 + Audited.SETTINGS.precision().tolerance())) - Audited.most(row, 1) + 1;
            assertThat(Audited.upper(row)).as(row.weight().name()).isGreaterThan(least);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void everyEntryIsItsProductRoundedOnce(DType dtype) throws Exception {
        WrittenCheckpoint old = random(dtype);
        AuditReport before = audit(old);
        double factor =
                new Promise.AtMost(1).factor(Audited.upper(before.weights().get(0)));
        Rewrite rewrite = Normalization.toOne(before);
        double[] expected = Arrays.stream(Loaded.values(old.storage(), before.checkpoint(), "a.weight"))
                .map(x -> Ulps.rounded(dtype, x * factor))
                .toArray();
        assertThat(Loaded.values(old.storage(), rewrite.tensors().get(0))).containsExactly(expected);
    }

    @Test
    void onlyWhatExceedsTheCapIsScaledAndAllElseKeepsItsBytes() throws Exception {
        WrittenCheckpoint old = new WrittenCheckpoint()
                .with("small.weight", DType.F32, Shape.of(2, 2), 2.5, 0, 0, 1)
                .with("at.weight", DType.F32, Shape.of(1, 2), 1.8, 2.4)
                .with("large.weight", DType.F32, Shape.of(2, 2), 12, 0, 0, 1);
        AuditReport before = audit(old);
        double exact = Audited.upper(before.weights().get(1));
        Rewrite rewrite = Normalization.capped(before, exact);
        assertThat(rewrite.changes()).extracting(Change::weight).containsExactly("large.weight");
        assertThat(rewrite.changes().get(0).promise()).isEqualTo(new Promise.AtMost(exact));
        assertThat(rewrite.tensors().get(0).content()).isInstanceOf(StoredCopy.class);
        assertThat(rewrite.left()).isEmpty();
        WeightRow large = auditOf(rewrite, old).weights().get(2);
        assertThat(Audited.upper(large)).isLessThanOrEqualTo(Audited.most(large, exact));
    }

    @Test
    void everyMatrixOfAStackHasItsOwnFactor() throws Exception {
        WrittenCheckpoint old = new WrittenCheckpoint()
                .with("mlp.experts.w1", DType.F64, Shape.of(3, 2, 2), 0.5, 0, 0, 0.25, 8, 0, 0, 2, Double.NaN, 0, 0, 1);
        Rewrite rewrite = Normalization.capped(audit(old), 1);
        double[] values = Loaded.values(old.storage(), rewrite.tensors().get(0));
        assertThat(Arrays.copyOf(values, 4)).containsExactly(0.5, 0, 0, 0.25);
        assertThat(values[4]).isCloseTo(1, within(1e-3)).isLessThanOrEqualTo(1);
        assertThat(values[7]).isCloseTo(0.25, within(1e-3));
        assertThat(Arrays.copyOfRange(values, 8, 12)).containsExactly(Double.NaN, 0, 0, 1);
        assertThat(rewrite.changes()).hasSize(1);
        assertThat(rewrite.changes().get(0).what()).contains("each of its 3 matrices");
        assertThat(rewrite.left()).extracting(Left::weight).containsExactly("mlp.experts.w1[2]");
        assertThat(rewrite.left().get(0).reason()).contains("has no norm: ").contains("NaN");
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void aWeightNormIsScaledByItsMagnitudes(DType dtype) throws Exception {
        SplittableRandom random = new SplittableRandom(6);
        WrittenCheckpoint old = new WrittenCheckpoint()
                .with("a.weight_v", dtype, Shape.of(30, 20), WrittenCheckpoint.random(dtype, 600, random))
                .with("between", dtype, Shape.of(1), WrittenCheckpoint.random(dtype, 1, random))
                .with("a.weight_g", dtype, Shape.of(1, 20), WrittenCheckpoint.random(dtype, 20, random));
        Rewrite rewrite = Normalization.toOne(audit(old));
        assertThat(rewrite.tensors())
                .extracting(NewTensor::name)
                .containsExactly("a.weight_v", "between", "a.weight_g");
        assertThat(rewrite.tensors().get(0).content()).isInstanceOf(StoredCopy.class);
        Change change = rewrite.changes().get(0);
        assertThat(change.weight()).isEqualTo("a.weight");
        assertThat(change.before()).containsExactly("a.weight_g", "a.weight_v").isEqualTo(change.after());
        WeightRow row = auditOf(rewrite, old).weights().get(0);
        assertThat(Audited.upper(row)).isLessThanOrEqualTo(Audited.most(row, 1));
    }

    @Test
    void tiedTensorsAreScaledUnderEachName() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight", DType.F32, Shape.of(1, 2), 3, 4)
                .with("a.x.weight_g", DType.F32, Shape.of(2, 1), 2, 0)
                .with("a.x.weight_v", DType.F32, Shape.of(2, 1), 1, 1);
        AuditReport alone = audit(file);
        AuditReport tied = new AuditReport(
                Loaded.tied(alone.checkpoint(), "a.", "b."),
                alone.settings(),
                alone.kernel(),
                alone.tensors(),
                alone.weights(),
                alone.run());
        Rewrite rewrite = Normalization.toOne(tied);
        assertThat(rewrite.changes())
                .extracting(Change::weight)
                .containsExactly("a.weight", "b.weight", "a.x.weight", "b.x.weight");
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(3)))
                .containsExactly(Loaded.values(file.storage(), rewrite.tensors().get(0)));
        assertThat(rewrite.tensors()).extracting(NewTensor::name).hasSize(6);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "spectral norm, a.weight, fuse it first",
        "codes, a.weight, stored as block_scaled",
        "NaN, a.weight, has no norm: ",
        "zero, a.weight, is zero",
        "narrow, a.weight, narrower type",
        "norm.weight, norm.weight, no layer's weight: norm"
    })
    void whatNoFactorHelpsStaysAndSaysWhy(String what, String weight, String reason) throws Exception {
        Shape shape = Shape.of(2, 2);
        WrittenCheckpoint file = new WrittenCheckpoint();
        switch (what) {
            case "spectral norm" ->
                file.with("a.weight_orig", DType.F32, shape, 3, 0, 0, 1)
                        .with("a.weight_u", DType.F32, Shape.of(2), 1, 0)
                        .with("a.weight_v", DType.F32, Shape.of(2), 1, 0);
            case "codes" ->
                file.with("a.weight", DType.F8_E4M3, shape, new byte[] {0x40, 0, 0, 0x40})
                        .with("a.weight_scale", DType.F32, Shape.of(1), 2);
            case "NaN" -> file.with("a.weight", DType.F32, shape, Double.NaN, 0, 0, 1);
            case "zero" -> file.with("a.weight", DType.F32, shape, 0, 0, 0, 0);
            case "narrow" ->
                file.with("a.weight_g", DType.BF16, Shape.of(2, 1), 1, 2)
                        .with("a.weight_v", DType.F32, shape, 1, 2, 3, 4);
            default -> file.with(what, DType.F32, shape, 1, 2, 3, 4);
        }
        Rewrite rewrite = Normalization.toOne(audit(file));
        assertThat(rewrite.changes()).isEmpty();
        assertThat(rewrite.left()).extracting(Left::weight).containsExactly(weight);
        assertThat(rewrite.left().get(0).reason()).contains(reason);
    }

    @Test
    void factorsOfALowRankProductStay() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.lora_A.weight", DType.F32, Shape.of(1, 2), 3, 4)
                .with("a.lora_B.weight", DType.F32, Shape.of(2, 1), 3, 4);
        Rewrite rewrite = Normalization.toOne(audit(file));
        assertThat(rewrite.changes()).isEmpty();
        assertThat(rewrite.left())
                .extracting(Left::weight)
                .containsExactlyInAnyOrder("a", "a.lora_A.weight", "a.lora_B.weight");
    }

    @Test
    void whatWasNotSelectedIsNotNamed() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight", DType.F32, Shape.of(1, 2), 3, 4)
                .with("b.weight", DType.F32, Shape.of(1, 2), 3, 4);
        AuditSettings one = new AuditSettings(
                Audited.SETTINGS.precision(), new Selection(List.of("b.*"), List.of()), 1 << 20, 1, 1L);
        Rewrite rewrite = Normalization.toOne(Audited.of(file.storage(), WrittenCheckpoint.LOCATION, one));
        assertThat(rewrite.changes()).extracting(Change::weight).containsExactly("b.weight");
        assertThat(rewrite.left()).isEmpty();
    }

    @Test
    void theFactorTimesTheBoundNeverExceedsTheTarget() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            double target = random.nextDouble(0.1, 10);
            double bound = random.nextDouble(0.1, 1000);
            double factor = new Promise.AtMost(target).factor(bound);
            BigDecimal product = new BigDecimal(factor).multiply(new BigDecimal(bound));
            assertThat(product).as("seed %d", seed).isLessThanOrEqualTo(new BigDecimal(target));
            BigDecimal next = new BigDecimal(Math.nextUp(factor)).multiply(new BigDecimal(bound));
            assertThat(next).as("seed %d", seed).isGreaterThan(new BigDecimal(target));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aCapIsAPositiveNumber(double cap) throws Exception {
        AuditReport report = audit(new WrittenCheckpoint().with("a.weight", DType.F32, Shape.of(1, 2), 3, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.capped(report, cap));
    }
}
