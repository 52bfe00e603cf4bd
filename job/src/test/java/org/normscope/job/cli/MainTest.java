package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.job.settings.Setting;

class MainTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                       | a command is missing: audit, inspect, plan, decompose, fuse, normalize, migrate, demo; see 'normscope --help'",
                "audti                    | unknown command 'audti'; the nearest known one is 'audit'; see 'normscope --help'",
                "audit                    | missing required parameter: 'CHECKPOINT'; see 'normscope audit --help'",
                "audit a b                | one argument too many: 'b'; see 'normscope audit --help'",
                "audit a --tolerence 3    | unknown option '--tolerence'; the nearest known one is '--tolerance'; see 'normscope audit --help'",
                "audit a --tolerence=3    | unknown option '--tolerence'; the nearest known one is '--tolerance'; see 'normscope audit --help'",
                "inspect a --vectors b    | unknown option '--vectors'; see 'normscope inspect --help'",
                "audit a --tolerance      | missing required parameter for option '--tolerance' (X); see 'normscope audit --help'",
                "audit a --seed 1 --seed 2 | option '--seed' (N) should be specified only once; see 'normscope audit --help'",
                "audit a --out=           | --out needs a value that isn't empty",
                "audit a --seed x         | --seed must be a whole number, not 'x'",
                "audit a --settings /none | /none: no such settings file",
                "demo --out hdfs://x/y    | --out: the demo writes to this machine's disks only",
            })
    void callThatMakesNoSenseIsOneLineAnd64(String call, String line) {
        Cli cli = Cli.run(call.isEmpty() ? new String[0] : call.split(" "));

        assertThat(cli).isEqualTo(new Cli(64, "", "normscope: " + line + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fail-on", "--sarif", "--explain", "--row-norms", "--dry-run"})
    void optionOfALaterReleaseIsNotAccepted(String option) {
        assertThat(Cli.run("audit", "a", option).status()).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"compare", "report"})
    void commandOfALaterReleaseIsNotListed(String command) {
        assertThat(Cli.run(command, "x").status()).isEqualTo(64);
        assertThat(Cli.run("--help").out()).doesNotContain("  " + command + " ");
    }

    @Test
    void missingCheckpointIsTwo() {
        assertThat(Cli.run("audit", "/none/x"))
                .isEqualTo(new Cli(2, "", "normscope: /none/x: no such file or directory\n"));
    }

    @Test
    void verboseAddsTheStackTrace() {
        assertThat(Cli.run("audit", "/none/x", "--verbose").err()).contains("\tat org.normscope.");
    }

    @Test
    void helpIsAManualPage() {
        Cli cli = Cli.run("audit", "--help");

        assertThat(cli.status()).isZero();
        assertThat(cli.out().lines())
                .contains("Synopsis", "Description", "Arguments", "Options", "Exit status", "Examples")
                .allMatch(line -> line.length() <= 100);
        for (Setting setting : AuditCommand.SETTINGS) {
            assertThat(cli.out()).contains("--" + setting.key());
            assertThat(cli.out())
                    .contains(setting.initial()
                            .filter(text -> !setting.isSwitch())
                            .orElse(""));
        }
        assertThat(cli.out()).contains("--master URL", "--settings FILE", "  64\n", "  130, 143\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"decompose", "fuse", "normalize", "migrate"})
    void commandsThatWriteCheckpointsHaveTheSameManualPage(String command) {
        Cli cli = Cli.run(command, "--help");

        assertThat(cli.status()).isZero();
        assertThat(cli.out().lines())
                .contains("Synopsis", "Description", "Arguments", "Options", "Exit status", "Examples")
                .allMatch(line -> line.length() <= 120);
        for (Setting setting : WriteCommand.SETTINGS.keySet()) {
            assertThat(cli.out()).contains("--" + setting.key());
        }
        assertThat(cli.out()).contains("Default: 5GB.", "  2\n", "  3\n", "  64\n", "  130, 143\n");
    }

    @Test
    void versionNamesTheCommit() {
        assertThat(Cli.run("--version").out()).matches("normscope \\S+ \\(commit \\S+\\)\n");
    }

    @Test
    void argumentWithAnAtSignIsAName() {
        assertThat(Cli.run("audit", "@none").err()).isEqualTo("normscope: @none: no such file or directory\n");
    }

    @Test
    void pathOfNoFileSystemIsThree() {
        assertThat(Cli.run("audit", "nosuchscheme://host/x").status()).isEqualTo(3);
    }

    @Test
    void folderThatCannotBeMadeIsThree() {
        Path file = Path.of(System.getProperty("java.home"), "release", "x");

        assertThat(Cli.run("demo", "--out", file.toString()).status()).isEqualTo(3);
    }
}
