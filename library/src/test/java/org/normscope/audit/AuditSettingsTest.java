package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Precision.Certify;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.plan.Selection;

class AuditSettingsTest {
    private static Precision precision(double tolerance, double probability, @Nullable Integer iterations) {
        return new Precision(tolerance, probability, Certify.PROBABILISTIC, MethodChoice.AUTO, iterations);
    }

    private static AuditSettings settings(long blockBytes, int top, @Nullable Long seed) {
        return new AuditSettings(Precision.DEFAULT, Selection.ALL, blockBytes, top, seed);
    }

    @Test
    void defaultsAreThoseOfTheManual() {
        AuditSettings settings = AuditSettings.DEFAULT;
        assertThat(settings.precision()).isEqualTo(precision(1e-3, 1e-12, null));
        assertThat(settings.blockBytes()).isEqualTo(64L << 20);
        assertThat(settings.top()).isEqualTo(1);
        assertThat(settings.seed()).isNull();
        assertThat(settings.selection().matches("anything")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1, 2, 9.9e-9, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesTolerancesOutsideTheirRange(double tolerance) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> precision(tolerance, 1e-12, null))
                .withMessageContaining("tolerance")
                .withMessageContaining(String.valueOf(tolerance));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 0.5, 1, Double.NaN})
    void refusesProbabilitiesOutsideTheirRange(double probability) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> precision(1e-3, probability, null))
                .withMessageContaining("failure-probability");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -5})
    void refusesFewerThanTwoIterations(int iterations) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> precision(1e-3, 1e-12, iterations))
                .withMessageContaining("iterations")
                .withMessageContaining(String.valueOf(iterations));
    }

    @ParameterizedTest
    @CsvSource({"KRYLOV", "POWER"})
    void refusesARigorousCertificateFromAMethodThatHasNone(MethodChoice method) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Precision(1e-3, 1e-12, Certify.RIGOROUS, method, null))
                .withMessageContaining("rigorous")
                .withMessageContaining(method.word());
    }

    @Test
    void takesTheEndsOfEveryRange() {
        assertThat(precision(1e-8, Double.MIN_VALUE, 2).iterations()).isEqualTo(2);
        assertThat(precision(Math.nextDown(1.0), 0.49, null).tolerance()).isLessThan(1);
        assertThat(settings(4096, 1, 0L).seed()).isZero();
        assertThat(settings(Long.MAX_VALUE, 1000, AuditSettings.LARGEST_SEED).top())
                .isEqualTo(1000);
    }

    @Test
    void refusesBlocksValuesAndSeedsOutsideTheirRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(4095, 1, null))
                .withMessageContaining("block-bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(4096, 0, null))
                .withMessageContaining("top");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(4096, 1, -1L))
                .withMessageContaining("seed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(4096, 1, AuditSettings.LARGEST_SEED + 1))
                .withMessageContaining("9007199254740991");
    }

    @ParameterizedTest(name = "{0} against {1}: {2}")
    @CsvSource({
        "*, model.a.weight, true",
        "'*', '', true",
        "model.*, model.a.weight, true",
        "model.*, mode.a.weight, false",
        "*.weight, model.a.weight, true",
        "*.weight, model.a.weight_g, false",
        "model.*.weight, model.0.mlp.weight, true",
        "model.?.weight, model.0.weight, true",
        "model.?.weight, model.10.weight, false",
        "model.[0].weight, model.0.weight, false",
        "model.[0].weight, model.[0].weight, true",
        "a*b*c, axxbyyc, true",
        "a*b*c, axxbyycz, false",
        "a**c, ac, true",
        "'', '', true",
        "'', a, false",
        "a, '', false",
        "Model*, model.a, false",
        "model.weight, modelXweight, false"
    })
    void globsMatchWholeNames(String pattern, String name, boolean matches) {
        assertThat(new Selection(List.of(pattern), List.of()).matches(name)).isEqualTo(matches);
        assertThat(new Selection(List.of(), List.of(pattern)).matches(name)).isEqualTo(!matches);
    }

    @Test
    void oneIncludeIsEnoughAndOneExcludeToo() {
        Selection selection = new Selection(List.of("a.*", "b.*"), List.of("*.bias", "a.x"));
        assertThat(selection.matches("a.weight")).isTrue();
        assertThat(selection.matches("b.weight")).isTrue();
        assertThat(selection.matches("c.weight")).isFalse();
        assertThat(selection.matches("b.bias")).isFalse();
        assertThat(selection.matches("a.x")).isFalse();
    }

    @Test
    void aNastyGlobTakesNoTime() {
        Selection selection = new Selection(List.of("*a".repeat(50) + "b"), List.of());
        assertThat(selection.matches("a".repeat(5000))).isFalse();
    }
}
