package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.architecture.DecoderLoops.Trait;
import org.normscope.audit.network.NetworkDescription;
import org.normscope.audit.result.ModelBound;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/** What a config.json beside a checkpoint leads to. */
class ArchitecturesTest {
    private static final String LLAMA =
            "{'model_type': 'llama', 'hidden_size': 8, 'num_hidden_layers': %d, 'num_attention_heads': 4,"
                    + " 'num_key_value_heads': 2, 'head_dim': 4}";

    private static DecoderLoops decoder() {
        return new DecoderLoops(EnumSet.noneOf(Trait.class), new Random(1));
    }

    private static ModelBound bound(WrittenCheckpoint checkpoint, String config) throws Exception {
        return AuditedModel.bound(checkpoint, config);
    }

    private static String llama(int layers) {
        return LLAMA.replace("%d", String.valueOf(layers));
    }

    @Test
    void aTemplateThatFitsGivesABound() throws Exception {
        ModelBound model = bound(decoder().checkpoint(), llama(2));
        assertThat(model.limit().reason()).isNull();
        assertThat(model.basis().norm()).isEqualTo("max_token_l2");
        assertThat(model.basis().unexplained()).isEmpty();
        assertThat(model.parts().blocks().get(1).behind().radius()).isNotNull();
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        ModelBound model = bound(decoder().checkpoint(), llama(3));
        assertThat(model.limit().upper()).isNull();
        assertThat(model.limit().reason())
                .contains("conf/architectures/llama.json")
                .contains("no tensor 'model.layers.2.input_layernorm.weight'");
    }

    @Test
    void whatNoLayerUsesIsListed() throws Exception {
        WrittenCheckpoint more = decoder()
                .checkpoint()
                .with("model.layers.0.self_attn.q_proj.bias", DType.F32, Shape.of(2), 1, 2)
                .with("model.layers.0.self_attn.rotary_emb.inv_freq", DType.F32, Shape.of(2), 1, 2);
        ModelBound model = bound(more, llama(2));
        assertThat(model.limit().reason()).isNull();
        assertThat(model.basis().unexplained()).containsExactly("model.layers.0.self_attn.q_proj.bias");
        assertThat(bound(decoder().checkpoint(), llama(1)).basis().unexplained())
                .hasSize(9)
                .allMatch(name -> name.startsWith("model.layers.1."));
    }

    @Test
    void anUnknownTypeIsNamed() throws Exception {
        ModelBound model = bound(decoder().checkpoint(), "{'model_type': 'mamba'}");
        assertThat(model.limit().reason())
                .contains("model_type 'mamba'")
                .contains("conf/architectures/MODEL_TYPE.json");
        assertThat(bound(decoder().checkpoint(), "{'model_type': '../llama'}")
                        .limit()
                        .reason())
                .contains("no template");
    }

    @Test
    void aConfigurationThatLacksAValueIsNoError() throws Exception {
        assertThat(bound(decoder().checkpoint(), "{'model_type': 'llama', 'num_attention_heads': 4}")
                        .limit()
                        .reason())
                .contains("gives a value to 'hidden_size'");
        assertThat(bound(
                                decoder().checkpoint(),
                                llama(2).replace("'num_attention_heads': 4", "'num_attention_heads': 3"))
                        .limit()
                        .reason())
                .contains("3 heads of 4 and 2 of keys and values don't fit 16 x 8, 8 x 8, 8 x 8, 8 x 16");
    }

    @Test
    void rotaryPositionsThatScaleLeaveNoBound() throws Exception {
        String yarn = llama(2).replace("}", ", 'rope_scaling': {'rope_type': 'yarn', 'factor': 4}}");
        assertThat(bound(decoder().checkpoint(), yarn).limit().reason()).contains("of type 'yarn' may scale");
        String linear = llama(2).replace("}", ", 'rope_scaling': {'type': 'linear', 'factor': 4}}");
        assertThat(bound(decoder().checkpoint(), linear).limit().reason()).isNull();
        assertThat(bound(decoder().checkpoint(), llama(100_000)).limit().reason())
                .contains("makes more than");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'num_hidden_layers': 2 | 'num_hidden_layers': '2' | needs a whole number",
                "'num_hidden_layers': 2 | 'num_hidden_layers': -1 | needs a whole number",
                "'num_hidden_layers': 2 | 'num_hidden_layers': 9007199254740992 | needs a whole number",
                "'num_hidden_layers': 2 | 'num_hidden_layers': [2] | gives a value to 'num_hidden_layers'",
                "'num_attention_heads': 4 | 'num_attention_heads': 0 | heads must be a whole number of at least 1",
                "'head_dim': 4 | 'head_dim': 4, 'hidden_act': 'magic' | activation is no function",
                "'head_dim': 4 | 'head_dim': 4, 'rms_norm_eps': -1 | eps must not be negative",
                "'head_dim': 4 | 'head_dim': 4, 'tie_word_embeddings': 'no' | is neither true nor false"
            })
    void wrongValuesAreReasons(String right, String wrong, String reason) throws Exception {
        assertThat(bound(decoder().checkpoint(), llama(2).replace(right, wrong))
                        .limit()
                        .reason())
                .contains(reason);
    }

    @Test
    void aFolderOfTemplatesGoesFirst(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("llama.json"), "{\"layers\": [{\"linear\": \"${head}.weight\"}]}");
        MemoryStorage storage =
                AuditedModel.storage(decoder().checkpoint(), "{'model_type': 'llama', 'head': 'lm_head'}");
        ModelBound model = AuditedModel.bound(storage, new Architectures(storage, folder));
        assertThat(model.limit().reason()).isNull();
        assertThat(model.parts().blocks()).hasSize(1);
        Files.writeString(folder.resolve("llama.json"), "{\"layers\": [");
        assertThat(AuditedModel.bound(storage, new Architectures(storage, folder))
                        .limit()
                        .reason())
                .contains("llama.json, byte");
    }

    @Test
    void aUsersDescriptionMayBeATemplate() throws Exception {
        MemoryStorage storage = AuditedModel.storage(decoder().checkpoint(), "{'head': 'lm_head'}")
                .with(
                        "n.json",
                        "{\"layers\": [{\"linear\": \"${head}.weight\"}, \"relu\"]}".getBytes(StandardCharsets.UTF_8));
        NetworkDescription description = new Architectures(storage, null)
                .description(Checkpoints.open(storage, WrittenCheckpoint.LOCATION), storage, "n.json");
        assertThat(description.blocks()).hasSize(1);
    }
}
