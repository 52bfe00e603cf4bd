package org.normscope.job.architecture;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.HouseRules;

/** The job's arrows hold, and each rule finds what the package {@code broken} does wrong on purpose. */
class ArrowsTest {
    private static final String ROOT = "org.normscope.job";
    private static final String BROKEN = ROOT + ".architecture.broken";
    private static final JavaClasses JOB = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses MISTAKES = new ClassFileImporter().importPackages(BROKEN);

    private final Arrows arrows = new Arrows(ROOT);
    private final Arrows brokenArrows = new Arrows(BROKEN);

    static List<String> rooms() {
        return Arrows.rooms();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomUsesOnlyWhatItMay(String room) {
        arrows.of(room).check(JOB);
        finds(brokenArrows.of(room), room + ".KnowsCommand");
    }

    @Test
    void siblingsDontKnowEachOther() {
        finds(brokenArrows.of("sink"), "sink.KnowsSettings");
    }

    @Test
    void everyClassHasARoom() {
        arrows.everyClassHasARoom().check(JOB);
        finds(brokenArrows.everyClassHasARoom(), "attic.Stray");
    }

    @Test
    void onlySparkRoomsSeeSpark() {
        arrows.onlySparkRoomsSeeSpark().check(JOB);
        finds(brokenArrows.onlySparkRoomsSeeSpark(), "engine.KnowsSpark");
    }

    @Test
    void onlyCommandsSeePicocli() {
        arrows.onlyCommandsSeePicocli().check(JOB);
        finds(brokenArrows.onlyCommandsSeePicocli(), "settings.KnowsPicocli");
    }

    @Test
    void noMathematics() {
        arrows.noMathematics().check(JOB);
        finds(brokenArrows.noMathematics(), "spark.KnowsMathematics");
    }

    @Test
    void textIsTheSameInEveryLocale() {
        HouseRules.sameTextInEveryLocale().check(JOB);
    }

    private static void finds(ArchRule rule, String culprit) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rule.check(MISTAKES))
                .withMessageContaining(BROKEN + "." + culprit);
    }
}
