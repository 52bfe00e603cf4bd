package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.lipschitz.Metric;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.MemoryStorage;

class NetworkDescriptionTest {
    private static NetworkDescription read(String json) throws BadCheckpointException, IOException {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return NetworkDescription.read(new MemoryStorage().with("n.json", bytes), "n.json");
    }

    @Test
    void layersFollowEachOtherUnlessTheySayOtherwise() throws Exception {
        NetworkDescription network = read("""
                {'norm': 'max_token_l2', 'input_radius': 2.5, 'layers': [
                  'relu',
                  {'linear': 'a', 'name': 'first'},
                  {'block': 'b', 'layers': [{'linear': 'c'}, {'add': ['0', 'input']}, {'tanh': true, 'input': '0'}]},
                  {'elu': 1}
                ]}""");
        assertThat(network.metric()).isEqualTo(Metric.MAX_TOKEN_L2);
        assertThat(network.inputRadius()).isEqualTo(2.5);
        assertThat(network.blocks())
                .extracting(NetworkDescription.BlockText::name)
                .containsExactly("layers 0 to 1", "b", "layer 3");
        assertThat(network.blocks().get(0).layers())
                .extracting(NetworkDescription.LayerText::inputs)
                .containsExactly(List.of("input"), List.of("0"));
        assertThat(network.blocks().get(1).layers())
                .extracting(NetworkDescription.LayerText::inputs)
                .containsExactly(List.of("input"), List.of("0", "input"), List.of("0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | n.json: needs layers, a list that isn't empty",
                "{'layers': []} | n.json: needs layers, a list that isn't empty",
                "[] | n.json, byte 0: a network description must be",
                "{'layers': ['relu'], 'depth': 1} | n.json: 'depth' is no key here",
                "{'layers': ['relu'], 'norm': 'l1'} | n.json: norm must be l2 or max_token_l2, not 'l1'",
                "{'layers': ['relu'], 'input_radius': -1} | n.json: input_radius and spread_floor must not be negative",
                "{'layers': ['relu'], 'schema': 2} | n.json: schema must be 1",
                "{'layers': ['rleu']} | n.json, layer 0, layer 0: is no known kind of layer (rleu)",
                "{'layers': [7]} | n.json, layer 0, layer 0: is no known kind of layer (neither a word nor an object)",
                "{'layers': [{'linear': 'a', 'stride': 2}]} | 'stride' is no key here; known are linear, name, input, bias",
                "{'layers': [{'linear': 'a', 'relu': true}]} | is both linear and relu",
                "{'layers': [{'block': 'b'}]} | n.json, layer 0: needs layers",
                "{'layers': [{'linear': 'a', 'name': 3}]} | name must be a string",
                "{'layers': [{'add': [1, 2]}]} | add must be a string or a list of them",
                "{'layers': [null]} | null has no meaning in a list",
                "{'layers': ['relu']} x | n.json, byte",
                "{'layers': ['relu'] | n.json, byte"
            })
    void saysWhatIsWrongAndWhere(String json, String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read(json))
                .withMessageContaining(message);
    }
}
