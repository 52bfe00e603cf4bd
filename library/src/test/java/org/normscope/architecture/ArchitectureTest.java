package org.normscope.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.testing.HouseRules;

/** The arrows of the house hold, and each of them would be missed if it didn't. */
class ArchitectureTest {
    private static final HouseRules WRONG_HOUSE = new HouseRules("wrong");

    @TempDir
    Path home;

    private static JavaClasses library() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.normscope");
        assertThat(classes.contain("org.normscope.audit.Audit")).isTrue();
        return classes;
    }

    @TestFactory
    Stream<DynamicTest> theLibraryKeepsItsArrows() {
        JavaClasses classes = library();
        return new HouseRules("org.normscope")
                .library().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(classes)));
    }

    @Test
    void textIsTheSameInEveryLocale() {
        HouseRules.sameTextInEveryLocale().check(library());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"String.format(\"%d\", 1)", "\"%d\".formatted(1)", "\"I\".toLowerCase()", "\"i\".toUpperCase()"})
    void textOfTheMachinesLocaleIsFound(String text) throws IOException {
        String file = source(home, "wrong.tensor", "String text = " + text + ";");
        assertThat(HouseRules.sameTextInEveryLocale()
                        .evaluate(compiled(home, List.of(file)))
                        .hasViolation())
                .isTrue();
    }

    /** A class of the first package that uses one of the second; by the rule's name. */
    private static final Map<String, List<String>> WRONG = Map.ofEntries(
            Map.entry("tensor uses nothing", List.of("wrong.tensor", "wrong.bound")),
            Map.entry("bound uses nothing", List.of("wrong.bound", "wrong.tensor")),
            Map.entry("storage uses nothing", List.of("wrong.storage.hadoop", "wrong.tensor")),
            Map.entry("format uses tensor and storage", List.of("wrong.format.gguf", "wrong.kernel")),
            Map.entry("weights uses tensor and kernel", List.of("wrong.weights", "wrong.matrix")),
            Map.entry("matrix uses tensor", List.of("wrong.matrix", "wrong.kernel")),
            Map.entry("kernel uses tensor", List.of("wrong.kernel", "wrong.matrix")),
            Map.entry("elements uses kernel and storage", List.of("wrong.elements", "wrong.matrix")),
            Map.entry("linalg uses nothing", List.of("wrong.linalg", "wrong.bound")),
            Map.entry("spectral uses bound and linalg", List.of("wrong.spectral", "wrong.storage")),
            Map.entry("weightnorm uses kernel and matrix", List.of("wrong.weightnorm", "wrong.spectral")),
            Map.entry("parity uses kernel, linalg and spectral", List.of("wrong.parity", "wrong.audit")),
            Map.entry("convolution uses spectral", List.of("wrong.convolution", "wrong.lipschitz")),
            Map.entry("lipschitz uses spectral", List.of("wrong.lipschitz", "wrong.audit")),
            Map.entry("audit knows nothing of what becomes of it", List.of("wrong.audit", "wrong.report")),
            Map.entry("a result knows no pass", List.of("wrong.audit.result", "wrong.audit.pass")),
            Map.entry("a plan knows no pass and no result", List.of("wrong.audit.plan", "wrong.audit.result")),
            Map.entry("weights are made without a pass", List.of("wrong.audit.effective", "wrong.audit.pass")),
            Map.entry("report uses audit, bound and what rows are made of", List.of("wrong.report", "wrong.storage")),
            Map.entry("rewrite uses no report", List.of("wrong.rewrite", "wrong.report")),
            Map.entry("formats don't know each other", List.of("wrong.format.torch", "wrong.format.pickle")),
            Map.entry(
                    "packages form no cycles",
                    List.of("wrong.a", "wrong.b", "wrong.b", "wrong.c", "wrong.c", "wrong.a")),
            Map.entry("the foundation needs only Java", List.of("wrong.storage", "com.fasterxml.jackson.core")),
            Map.entry("only storage.hadoop sees Hadoop", List.of("wrong.format.dcp", "org.apache.hadoop.fs")),
            Map.entry("only linalg sees Breeze and Scala", List.of("wrong.spectral", "breeze.linalg")),
            Map.entry("only format.onnx sees protobuf", List.of("wrong.format.gguf", "com.google.protobuf")),
            Map.entry("only VectorKernels sees SIMD", List.of("wrong.kernel", "jdk.incubator.vector")),
            Map.entry("no Spark and no command line", List.of("wrong.audit", "org.apache.spark.api")));

    @Test
    void everyRuleFailsOnAHouseThatBreaksIt() throws IOException {
        Map<String, ArchRule> rules = WRONG_HOUSE.library();
        assertThat(WRONG.keySet()).isEqualTo(rules.keySet());
        for (Map.Entry<String, ArchRule> rule : rules.entrySet()) {
            List<String> packages = WRONG.getOrDefault(rule.getKey(), List.of());
            assertThat(rule.getValue().evaluate(house(packages)).hasViolation())
                    .as("%s, but %s", rule.getKey(), packages)
                    .isTrue();
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "wrong.storage.hadoop, org.apache.hadoop.fs",
        "wrong.storage.hadoop, wrong.storage",
        "wrong.format.gguf, wrong.format",
        "wrong.format.gguf, com.fasterxml.jackson.core",
        "wrong.linalg, breeze.linalg",
        "wrong.spectral, wrong.bound",
        "wrong.audit, wrong.spectral",
        "wrong.parity, wrong.spectral",
        "wrong.report, wrong.audit",
        "wrong.rewrite, wrong.audit",
        "wrong.job, org.apache.spark.api",
        "wrong.job, picocli"
    })
    void whatIsAllowedBreaksNoRule(String from, String to) throws IOException {
        JavaClasses house = house(List.of(from, to));
        WRONG_HOUSE
                .library()
                .forEach((name, rule) ->
                        assertThat(rule.evaluate(house).hasViolation()).as(name).isFalse());
    }

    /** Compiles a class in every package named; in each pair the first one's uses the second one's. */
    private JavaClasses house(List<String> pairs) throws IOException {
        Path sources = Files.createTempDirectory(home, "house");
        Set<String> users = new HashSet<>();
        List<String> files = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            users.add(pairs.get(i));
            files.add(source(sources, pairs.get(i), pairs.get(i + 1) + ".Room neighbor;"));
        }
        for (String name : pairs) {
            if (users.add(name)) {
                files.add(source(sources, name, ""));
            }
        }
        return compiled(sources, files);
    }

    private static JavaClasses compiled(Path sources, List<String> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> arguments = new ArrayList<>(List.of("-d", sources.toString(), "-proc:none", "-nowarn"));
        arguments.addAll(files);
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        return new ClassFileImporter().importPath(sources);
    }

    private static String source(Path sources, String name, String member) throws IOException {
        Path file = sources.resolve(name.replace('.', '/')).resolve("Room.java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "package " + name + "; public class Room { " + member + " }");
        return file.toString();
    }
}
