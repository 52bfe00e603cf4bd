package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.testing.files.GraphProto;

class OnnxGraphTest {
    @TempDir
    private Path folder;

    private Path model(String operator, String from) throws IOException {
        byte[] model = GraphProto.of("x", List.of("n", 2), "y")
                .floats("w", List.of(2, 2), 3, 0, 0, 1)
                .node("MatMul", "x w", "a")
                .node(operator, from, "b")
                .node("Sub", "b x", "y")
                .bytes();
        return Files.write(folder.resolve("model.onnx"), model);
    }

    @Test
    void theGraphInTheFileGivesTheBound() throws IOException {
        String model = model("Relu", "a").toString();
        Cli audit = Cli.run("audit", model, "--explain", "MatMul_0 to Sub_2");
        assertThat(audit.status()).isZero();
        assertThat(audit.out())
                .contains("Lipschitz constant of the network, in l2: at most 4")
                .contains("by graph model.onnx")
                .contains("assumed: the input is 'x', F32 [n, 2]")
                .contains("Sub_2: add");
    }

    @Test
    void aDescriptionGoesBeforeTheGraph() throws IOException {
        Path network = Files.writeString(folder.resolve("n.json"), "{\"layers\": [{\"linear\": \"w\"}]}");
        Cli audit = Cli.run("audit", model("Relu", "a").toString(), "--network", network.toString());
        assertThat(audit.status()).isZero();
        assertThat(audit.out()).contains("at most 3.0000").contains("by description n.json");
    }

    @Test
    void aGraphThatIsNoneOrHasNoRuleLeavesTheNorms() throws IOException {
        Cli unknown = Cli.run("audit", model("LSTM", "a").toString());
        assertThat(unknown.status()).isZero();
        assertThat(unknown.out())
                .contains("No Lipschitz bound for the network: no rule for LSTM ('LSTM_1').")
                .contains("1 of 1 matrix has a norm");
        Cli circle = Cli.run("audit", model("Relu", "y").toString());
        assertThat(circle.status()).isZero();
        assertThat(circle.out())
                .contains("No Lipschitz bound for the network: the node 'Relu_1' is part of a circle, or behind one.")
                .contains("1 of 1 matrix has a norm");
    }
}
