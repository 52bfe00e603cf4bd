package org.normscope.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The suites that need something a machine may lack. A test of such a suite begins with {@link #requireOrSkip()}.
 *
 * <p>Where the thing is missing the test is skipped, and one line on stderr says so, once per suite and JVM. The system
 * property {@code normscope.require} lists suites, separated by commas, of which a skip is a failure.
 */
public enum Suite {
    /** Jobs on a Spark cluster on loopback; needs the packaged job. */
    CLUSTER {
        @Override
        public Optional<String> missing() {
            return absent(repository().resolve("job/target/runtime.classpath"));
        }
    },
    /** Comparisons with PyTorch; needs a Python that has it. */
    TORCH {
        @Override
        public Optional<String> missing() {
            return pythonWith("torch").isPresent() ? Optional.empty() : Optional.of("no python3 that can import torch");
        }
    },
    /** The notebooks, run by JShell. */
    NOTEBOOKS {
        @Override
        public Optional<String> missing() {
            return ModuleLayer.boot().findModule("jdk.jshell").isPresent()
                    ? absent(repository().resolve("notebooks"))
                    : Optional.of("no module jdk.jshell in this Java");
        }
    },
    /** The report as a page; needs Chromium. */
    BROWSER {
        @Override
        public Optional<String> missing() {
            return onPath("chromium").isPresent() ? Optional.empty() : Optional.of("no chromium on the PATH");
        }
    },
    /** Real checkpoints with their truth, outside the repository. */
    CORPUS {
        @Override
        public Optional<String> missing() {
            return absent(corpusFolder().resolve("checkpoints"));
        }
    };

    private static final Set<Suite> REQUIRED = required(System.getProperty("normscope.require", ""));
    private static final Set<Suite> TOLD = ConcurrentHashMap.newKeySet();
    private static final Map<String, Optional<Path>> PYTHONS = new ConcurrentHashMap<>();
    private static final int IMPORT_SECONDS = 60;

    /** Lets the calling test go on where the suite can run; else skips it, or fails it where the suite is required. */
    public void requireOrSkip() {
        missing().ifPresent(what -> {
            if (REQUIRED.contains(this)) {
                Assertions.fail("suite " + label() + " is required (-Dnormscope.require): " + what);
            }
            if (TOLD.add(this)) {
                System.err.println("!!! SKIPPED: suite " + label() + ": " + what);
            }
            Assumptions.abort("suite " + label() + ": " + what);
        });
    }

    /** What the suite lacks here, in words; empty when it can run. */
    public abstract Optional<String> missing();

    /** The folder with real checkpoints: system property {@code normscope.corpus}; it need not exist. */
    public static Path corpusFolder() {
        return folder("normscope.corpus", "../shared");
    }

    /** The root of the repository: system property {@code normscope.root}. */
    public static Path repository() {
        return folder("normscope.root", ".");
    }

    /** The first of {@code /usr/bin/python3} and the {@code python3} of the PATH that can import {@code module}. */
    public static Optional<Path> pythonWith(String module) {
        return PYTHONS.computeIfAbsent(
                module,
                name -> Stream.concat(Stream.of(Path.of("/usr/bin/python3")), onPath("python3").stream())
                        .filter(Files::isExecutable)
                        .filter(python -> imports(python, name))
                        .findFirst());
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Set<Suite> required(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> valueOf(name.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Suite.class)));
    }

    private static Path folder(String property, String fallback) {
        return Path.of(System.getProperty(property, fallback)).toAbsolutePath().normalize();
    }

    private static Optional<String> absent(Path file) {
        return Files.exists(file) ? Optional.empty() : Optional.of("no " + file);
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean imports(Path python, String module) {
        try {
            Process process = new ProcessBuilder(python.toString(), "-c", "import " + module)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(IMPORT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
