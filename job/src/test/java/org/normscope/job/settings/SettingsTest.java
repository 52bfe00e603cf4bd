package org.normscope.job.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;

class SettingsTest {
    private static final Path ROOT = Path.of(System.getProperty("normscope.root", ".."));

    @TempDir
    private Path folder;

    @Test
    void allKeys() {
        assertThat(Setting.keys())
                .containsExactly(
                        "out",
                        "tolerance",
                        "failure-probability",
                        "certify",
                        "method",
                        "iterations",
                        "include",
                        "exclude",
                        "seed",
                        "block-bytes",
                        "top",
                        "vectors",
                        "row-norms",
                        "network",
                        "adapter",
                        "explain",
                        "max-shard-size",
                        "dry-run",
                        "layout",
                        "dim",
                        "max-sigma",
                        "n-power-iterations",
                        "eps",
                        "json",
                        "overwrite",
                        "resume",
                        "verbose",
                        "quiet");
    }

    @Test
    void allDefaults() throws UsageException {
        Settings settings = new Settings(List.of());

        assertThat(settings.audit()).isEqualTo(AuditSettings.DEFAULT);
        assertThat(settings.audit())
                .isEqualTo(new AuditSettings(
                        new Precision(1e-3, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.AUTO, null),
                        new Selection(List.of(), List.of()),
                        64L * 1024 * 1024,
                        1,
                        null));
        assertThat(settings.text(Setting.OUT)).isEmpty();
        assertThat(settings.text(Setting.VECTORS)).isEmpty();
        for (Setting setting : Setting.values()) {
            assertThat(setting.isSwitch() && settings.isOn(setting)).isFalse();
        }
    }

    @Test
    void templateListsEveryKeyWithItsSentenceAndDefault() throws IOException {
        StringBuilder expected = new StringBuilder();
        for (Setting setting : Setting.values()) {
            expected.append("\n# ").append(setting.sentence()).append("\n#").append(setting.key());
            expected.append('=').append(setting.initial().orElse("")).append('\n');
        }

        assertThat(Files.readString(ROOT.resolve("conf/normscope.properties.template")))
                .endsWith(expected.toString());
    }

    @Test
    void optionOverrulesFileOverrulesSparkOverrulesDefault() throws UsageException, IOException {
        Layer option = new Layer("--", Map.of(Setting.TOLERANCE, "1e-4"));
        Layer file = file("tolerance=1e-5\ntop=2\n");
        Layer spark = Layer.ofSpark(properties(
                "spark.normscope.tolerance", "1e-6", "spark.normscope.top", "3", "spark.normscope.seed", "9"));

        AuditSettings settings = new Settings(List.of(option, file, spark)).audit();

        assertThat(settings.precision().tolerance()).isEqualTo(1e-4);
        assertThat(settings.top()).isEqualTo(2);
        assertThat(settings.seed()).isEqualTo(9);
        assertThat(settings.precision().failureProbability()).isEqualTo(1e-12);
    }

    @Test
    void unknownKeyOfAFileNamesTheNearest() {
        assertThatThrownBy(() -> file("blockbytes=3"))
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith("x.properties: unknown key 'blockbytes'; did you mean 'block-bytes'?");
    }

    @Test
    void unknownKeyOfSparkNamesTheNearest() {
        assertThatThrownBy(() -> Layer.ofSpark(properties("spark.normscope.toelrance", "3", "spark.master", "x")))
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown key 'spark.normscope.toelrance'; did you mean 'spark.normscope.tolerance'?");
    }

    @Test
    void keyWithoutAValueSetsNothing() throws UsageException, IOException {
        assertThat(new Settings(List.of(file("seed=\ntolerance=\n"))).audit()).isEqualTo(AuditSettings.DEFAULT);
    }

    @Test
    void missingFileIsAUsageError() {
        assertThatThrownBy(() -> Layer.ofFile(folder.resolve("none")))
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith("none: no such settings file");
    }

    @Test
    void globsAreSeparatedByCommas() throws UsageException {
        Settings settings = new Settings(List.of(new Layer("--", Map.of(Setting.INCLUDE, "a.*, b?,,"))));

        assertThat(settings.audit().selection().include()).containsExactly("a.*", "b?");
    }

    @ParameterizedTest
    @CsvSource({"4096,4096", "64MB,67108864", "1 GiB,1073741824", "8k,8192", "10B,10", "2TB,2199023255552"})
    void sizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TOLERANCE   | abc     | --tolerance must be a number, not 'abc'",
                "TOLERANCE   | 2       | tolerance must be at least 1e-8 and below 1, not 2.0",
                "TOLERANCE   | NaN     | tolerance must be at least 1e-8 and below 1, not NaN",
                "CERTIFY     | sure    | --certify must be one of probabilistic, rigorous, not 'sure'",
                "METHOD      | GRAM    | --method must be one of auto, gram, krylov, power, not 'GRAM'",
                "ITERATIONS  | 1.5     | --iterations must be a whole number, not '1.5'",
                "ITERATIONS  | 1       | iterations must be at least 2, not 1",
                "SEED        | -1      | seed must be 0 to 9007199254740991, not -1",
                "BLOCK_BYTES | 64XB    | --block-bytes must be a size such as 64MB, not '64XB'",
                "BLOCK_BYTES | 9999999TB | --block-bytes must be a size such as 64MB, not '9999999TB'",
                "BLOCK_BYTES | 1KB     | block-bytes must be at least 4096, not 1024",
                "TOP         | 0       | top must be at least 1, not 0",
            })
    void whatMakesNoSenseIsSaidInOneSentence(Setting setting, String value, String message) {
        Settings settings = new Settings(List.of(new Layer("--", Map.of(setting, value))));

        assertThatThrownBy(settings::audit).isInstanceOf(UsageException.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"tolerence,tolerance", "qiuet,quiet", "sede,seed", "block-byte,block-bytes"})
    void nearestWord(String typed, String meant) {
        assertThat(Nearest.to(typed, Setting.keys())).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "bytes", "learning-rate", "out-of-memory", ""})
    void noWordIsNearWhatIsNoMistypedOne(String typed) {
        assertThat(Nearest.to(typed, Setting.keys())).isEmpty();
    }

    @Test
    void wordsThatEndAlikeComeFirst() {
        List<String> blocks = List.of("model.layers.1", "model.layers.11", "layer.1", "embedding");
        assertThat(Nearest.first("layers.1", blocks))
                .containsExactly("model.layers.1", "model.layers.11", "layer.1", "embedding");
    }

    @Test
    void anUnknownKeyFarFromAnyNamesAll() {
        assertThatThrownBy(() -> file("learning-rate=3"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("unknown key 'learning-rate'; known are out, tolerance, ");
    }

    private Layer file(String content) throws UsageException, IOException {
        return Layer.ofFile(Files.writeString(folder.resolve("x.properties"), content));
    }

    private static Properties properties(String... pairs) {
        Properties properties = new Properties();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.setProperty(pairs[i], pairs[i + 1]);
        }
        return properties;
    }
}
