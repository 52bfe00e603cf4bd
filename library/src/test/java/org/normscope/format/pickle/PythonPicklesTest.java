package org.normscope.format.pickle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.normscope.format.Unpickler.Pickle;

/** Values that Python pickled in every protocol are read as what they were; written by {@code make_pickles.py}. */
class PythonPicklesTest {
    private static final String TABLE = "/fixtures/pickles.tsv";

    @TestFactory
    Stream<DynamicTest> whatPythonWroteIsRead() throws IOException {
        try (InputStream in = requireNonNull(PythonPicklesTest.class.getResourceAsStream(TABLE))) {
            String table = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return table.lines()
                    .map(line -> line.split("\t", -1))
                    .map(row -> DynamicTest.dynamicTest(
                            row[0] + ", protocol " + row[1],
                            () -> isRead(HexFormat.of().parseHex(row[2]), row[3])));
        }
    }

    private static void isRead(byte[] content, String shown) throws Exception {
        Pickle pickle = Pickles.read(new PickleMachine(), content);
        assertThat(Shown.of(pickle.root())).isEqualTo(shown);
        assertThat(pickle.end()).isEqualTo(content.length);
        assertThat(pickle.stubs().isEmpty()).isEqualTo(!shown.contains("stub"));
    }
}
