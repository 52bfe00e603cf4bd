package org.normscope.job.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may use whom inside the job.
 *
 * @param root the package that holds the job's rooms
 */
record Arrows(String root) {
    private static final String COMMANDS = "cli";

    /** The rooms beside the command line, which may use all of them, and what each of them may use. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "settings", Set.of(),
            "sink", Set.of(),
            "demo", Set.of(),
            "engine", Set.of(),
            "spark", Set.of("engine"),
            "mllib", Set.of("engine", "settings", "spark"));

    /** Rooms that have an arrow rule of their own. */
    static List<String> rooms() {
        return ALLOWED.keySet().stream().sorted().toList();
    }

    /** A room uses what it is allowed to, and never a command. */
    ArchRule of(String room) {
        String[] forbidden = ALLOWED.keySet().stream()
                .filter(other -> !other.equals(room) && !allowed(room).contains(other))
                .map(this::inside)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(inside(room))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage(inside(COMMANDS))
                .allowEmptyShould(true);
    }

    /** Every class lies in a room, so that a new room gets its arrows here. */
    ArchRule everyClassHasARoom() {
        return classes()
                .should()
                .resideInAnyPackage(Stream.concat(rooms().stream(), Stream.of(COMMANDS))
                        .map(this::inside)
                        .toArray(String[]::new));
    }

    /** A local audit loads no Spark: its classes are seen where they are wanted, and nowhere else. */
    ArchRule onlySparkRoomsSeeSpark() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(inside("spark"), inside("mllib"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.spark..");
    }

    /** The shaded library of the command line stays there. */
    ArchRule onlyCommandsSeePicocli() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(inside(COMMANDS))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..");
    }

    /** The job has no mathematics: it never sees the packages that do it. */
    ArchRule noMathematics() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.normscope.linalg..",
                        "org.normscope.spectral..",
                        "org.normscope.convolution..",
                        "org.normscope.lipschitz..",
                        "breeze..",
                        "org.apache.commons.math3..");
    }

    private static Set<String> allowed(String room) {
        return ALLOWED.getOrDefault(room, Set.of());
    }

    private String inside(String room) {
        return root + "." + room + "..";
    }
}
