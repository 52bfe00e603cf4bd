package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.Suite;
import org.normscope.weights.WeightMap;

class MigrationTest {
    private static final List<String> LEGACY = List.of(
            "conv.bias",
            "conv.weight_orig",
            "conv.weight_u",
            "conv.weight_v",
            "rnn.weight_hh_l0_g",
            "rnn.weight_hh_l0_v",
            "scale_g",
            "scale_v");
    private static final List<String> PARAMETRIZED = List.of(
            "conv.bias",
            "conv.parametrizations.weight.original",
            "conv.parametrizations.weight.0._u",
            "conv.parametrizations.weight.0._v",
            "rnn.parametrizations.weight_hh_l0.original0",
            "rnn.parametrizations.weight_hh_l0.original1",
            "parametrizations.scale.original0",
            "parametrizations.scale.original1");
    private static final long[][] SHAPES = {{6}, {6, 4, 3}, {6}, {12}, {8, 1}, {8, 2}, {1, 5}, {3, 5}};

    @TempDir
    private Path folder;

    private static Sketch sketch(List<String> names) {
        Sketch sketch = new Sketch();
        for (int i = 0; i < SHAPES.length; i++) {
            sketch.with(names.get(i), SHAPES[i]);
        }
        return sketch;
    }

    @Test
    void bothFunctionsAreMovedInBothDirectionsAndKeepTheirOrder() throws Exception {
        assertThat(sketch(LEGACY).namesIn(KeyLayout.PARAMETRIZED)).isEqualTo(PARAMETRIZED);
        assertThat(sketch(PARAMETRIZED).namesIn(KeyLayout.LEGACY)).isEqualTo(LEGACY);
        assertThat(sketch(LEGACY).to(KeyLayout.PARAMETRIZED).changes())
                .extracting(Change::weight)
                .containsExactly("conv.weight", "rnn.weight_hh_l0", "scale");
    }

    @Test
    void aChangeSaysWhichKeyBecameWhich() throws Exception {
        Change change = sketch(LEGACY).to(KeyLayout.PARAMETRIZED).changes().get(1);
        assertThat(change)
                .isEqualTo(new Change(
                        "rnn.weight_hh_l0",
                        LEGACY.subList(4, 6),
                        PARAMETRIZED.subList(4, 6),
                        "renamed",
                        new Promise.Same()));
    }

    @Test
    void onlySelectedWeightsAreMovedByTheirOwnNames() throws Exception {
        Selection selection = new Selection(List.of("*weight*", "scale_g"), List.of("rnn.*"));
        Rewrite migration = Migration.of(sketch(LEGACY).checkpoint(), KeyLayout.PARAMETRIZED, selection);
        assertThat(migration.changes()).extracting(Change::weight).containsExactly("conv.weight");
        assertThat(migration.left()).isEmpty();
        assertThat(migration.tensors())
                .extracting(NewTensor::name)
                .containsExactlyElementsOf(
                        Stream.concat(PARAMETRIZED.subList(0, 4).stream(), LEGACY.subList(4, 8).stream())
                                .toList());
    }

    @Test
    void whatIsThereAlreadyStays() throws Exception {
        Rewrite migration = sketch(LEGACY).to(KeyLayout.LEGACY);
        assertThat(migration.tensors()).extracting(NewTensor::name).isEqualTo(LEGACY);
        assertThat(migration.changes()).isEmpty();
        assertThat(migration.left()).isEmpty();
        assertThat(sketch(PARAMETRIZED).to(KeyLayout.PARAMETRIZED).left()).isEmpty();
    }

    @Test
    void everyTensorKeepsItsBytesOnTheWayThereAndBack() throws Exception {
        Sketch old = sketch(LEGACY);
        Map<String, String> before = Loaded.tensors(old.storage(), old.checkpoint());
        Checkpoint there =
                Loaded.written(old.to(KeyLayout.PARAMETRIZED).tensors(), 100, old.storage(), folder.resolve("there"));
        LocalStorage disk = new LocalStorage();
        assertThat(Loaded.tensors(disk, there).values()).containsExactlyElementsOf(before.values());
        Checkpoint back = Loaded.written(
                Migration.of(there, KeyLayout.LEGACY, Selection.ALL).tensors(), 1000, disk, folder.resolve("back"));
        assertThat(List.copyOf(Loaded.tensors(disk, back).entrySet())).isEqualTo(List.copyOf(before.entrySet()));
    }

    @Test
    void oneCheckpointMayHoldBothLayouts() throws Exception {
        Sketch both = new Sketch()
                .with("a.weight_g", 4, 1)
                .with("a.weight_v", 4, 2)
                .with("b.parametrizations.weight.original0", 4, 1)
                .with("b.parametrizations.weight.original1", 4, 2);
        assertThat(both.namesIn(KeyLayout.LEGACY))
                .containsExactly("a.weight_g", "a.weight_v", "b.weight_g", "b.weight_v");
    }

    @Test
    void aVectorUnderWeightNormIsMovedToo() throws Exception {
        assertThat(new Sketch().with("a.weight_g", 5).with("a.weight_v", 5).namesIn(KeyLayout.PARAMETRIZED))
                .containsExactly("a.parametrizations.weight.original0", "a.parametrizations.weight.original1");
    }

    @Test
    void aVectorUnderSpectralNormStaysForItWouldLoseItsUAndV() throws Exception {
        Rewrite migration = new Sketch()
                .with("a.weight_orig", 5)
                .with("a.weight_u", 5)
                .with("a.weight_v", 1)
                .to(KeyLayout.PARAMETRIZED);
        assertThat(migration.changes()).isEmpty();
        assertThat(reason(migration, "a.weight")).contains("is a vector");
    }

    @Test
    void aSpectralNormWithoutVStaysAndIsNamed() throws Exception {
        Rewrite migration = new Sketch()
                .with("a.weight_orig", 5, 3)
                .with("a.weight", 5, 3)
                .with("a.weight_u", 5)
                .to(KeyLayout.PARAMETRIZED);
        assertThat(reason(migration, "a.weight")).contains("has no v");
        assertThat(migration.changes()).isEmpty();
    }

    @Test
    void aPlainWeightBesideASpectralNormWouldBeTakenForAnOldCheckpoint() throws Exception {
        Sketch sketch = new Sketch()
                .with("a.weight", 5, 3)
                .with("a.parametrizations.weight.original", 5, 3)
                .with("a.parametrizations.weight.0._u", 5)
                .with("a.parametrizations.weight.0._v", 3);
        assertThat(reason(sketch.to(KeyLayout.LEGACY), "a.weight")).contains("lies beside its plain weight");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0.base", "1._v", "1.mask"})
    void functionsThatNobodyNamesStay(String other) throws Exception {
        Rewrite migration = new Sketch()
                .with("a.parametrizations.weight.original", 4, 4)
                .with("a.parametrizations.weight." + other, 4, 4)
                .to(KeyLayout.LEGACY);
        assertThat(reason(migration, "a.weight")).contains("rewrite it in torch");
        assertThat(migration.tensors()).hasSize(2);
    }

    @Test
    void aSpectralNormBehindAnotherParametrizationStays() throws Exception {
        Rewrite migration = new Sketch()
                .with("a.parametrizations.weight.original", 4, 3)
                .with("a.parametrizations.weight.1._u", 4)
                .with("a.parametrizations.weight.1._v", 3)
                .to(KeyLayout.LEGACY);
        assertThat(migration.changes()).isEmpty();
        assertThat(reason(migration, "a.weight")).contains("more than one function");
    }

    private static String reason(Rewrite migration, String weight) {
        return migration.left().stream()
                .filter(left -> left.weight().equals(weight))
                .map(Left::reason)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is left"));
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        Sketch sketch = new Sketch()
                .with("a.parametrizations.weight.original0", 4, 1)
                .with("a.parametrizations.weight.original1", 4, 2)
                .with("a.weight_g", 3, 3, 3);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> sketch.to(KeyLayout.LEGACY))
                .withMessageContaining("would be called 'a.weight_g'");
    }

    @Test
    void bothLayoutsOfOneWeightStay() throws Exception {
        Rewrite migration = new Sketch()
                .with("a.weight_g", 4, 1)
                .with("a.weight_v", 4, 2)
                .with("a.parametrizations.weight.original0", 4, 1)
                .with("a.parametrizations.weight.original1", 4, 2)
                .to(KeyLayout.PARAMETRIZED);
        assertThat(migration.changes()).isEmpty();
        assertThat(reason(migration, "a.weight")).contains("more than one function");
    }

    @ParameterizedTest(name = "{0} to {2}")
    @CsvSource({
        "checkpoints, derived_spectral_norm_hooks.pt, PARAMETRIZED, 12",
        "checkpoints, derived_weight_norm_dims.pt, PARAMETRIZED, 5",
        "modern, spectral_norm.pt, LEGACY, 3",
        "modern, weight_norm.pt, LEGACY, 4"
    })
    void filesOfTorchHaveTheSameWeightsAndBytesUnderTheNewNames(String home, String file, KeyLayout target, int weights)
            throws Exception {
        Suite.CORPUS.requireOrSkip();
        LocalStorage disk = new LocalStorage();
        Checkpoint old = Checkpoints.open(
                disk, Suite.corpusFolder().resolve(home).resolve(file).toString());
        Rewrite migration = Migration.of(old, target, Selection.ALL);
        assertThat(migration.changes()).hasSize(weights);
        assertThat(migration.left()).isEmpty();
        Checkpoint now = Loaded.written(migration.tensors(), 1 << 16, disk, folder.resolve("new"));
        assertThat(Loaded.tensors(disk, now).values())
                .containsExactlyElementsOf(Loaded.tensors(disk, old).values());
        assertThat(weights(now)).isEqualTo(weights(old));
    }

    /** Every effective weight, but for the parts of norms, which have other names now. */
    private static List<String> weights(Checkpoint checkpoint) {
        return WeightMap.of(checkpoint).weights().stream()
                .map(weight -> weight.name() + " " + weight.how().word() + " " + weight.shape() + " " + weight.dim())
                .toList();
    }
}
