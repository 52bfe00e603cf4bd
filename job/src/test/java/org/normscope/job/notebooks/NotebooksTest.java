package org.normscope.job.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.normscope.testing.Suite;

/** Every notebook runs, and prints what it says it prints. */
class NotebooksTest {
    private static final boolean UPDATE = Boolean.getBoolean("normscope.notebooks.update");
    private static final Map<String, String> QUIET_SPARK = Map.of(
            "spark.ui.enabled", "false", "spark.driver.host", "127.0.0.1", "spark.driver.bindAddress", "127.0.0.1");

    private final Map<String, String> before = new TreeMap<>();

    @BeforeEach
    void keepSparkQuiet() {
        QUIET_SPARK.forEach((key, value) -> {
            String old = System.setProperty(key, value);
            if (old != null) {
                before.put(key, old);
            }
        });
    }

    @AfterEach
    void restoreProperties() {
        QUIET_SPARK.keySet().forEach(System::clearProperty);
        before.forEach(System::setProperty);
    }

    @Test
    void thereIsANotebook() throws IOException {
        Suite.NOTEBOOKS.requireOrSkip();
        assertThat(notebooks()).isNotEmpty();
    }

    @TestFactory
    Stream<DynamicTest> everyCellRunsAndPrintsWhatIsStored() throws IOException {
        Suite.NOTEBOOKS.requireOrSkip();
        return notebooks().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file)));
    }

    private static List<Path> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(Suite.repository().resolve("notebooks"))) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    private static void run(Path file) throws IOException {
        Notebook notebook = Notebook.read(file);
        int count = 0;
        try (CellRunner runner = new CellRunner()) {
            for (Notebook.Cell cell : notebook.codeCells()) {
                count++;
                String printed = runner.run(cell.source());
                if (UPDATE) {
                    cell.store(printed, count);
                } else if (!cell.varies()) {
                    assertThat(printed).as("cell %d (%s)", count, cell.id()).isEqualTo(cell.output());
                }
            }
        }
        if (UPDATE) {
            notebook.write();
        }
    }
}
