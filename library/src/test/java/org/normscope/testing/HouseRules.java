package org.normscope.testing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The arrows of the house: which package may use which. Rules are made for a root package, so that a test can see each of them fail
 * on a house built wrongly.
 */
public final class HouseRules {
    private final String root;

    /** Rules for the house whose packages begin with {@code root}, e.g. {@code org.normscope}. */
    public HouseRules(String root) {
        this.root = root;
    }

    /** The rules of the library, by a name that says what they want. */
    public Map<String, ArchRule> library() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("tensor uses nothing", uses("tensor"));
        rules.put("bound uses nothing", uses("bound"));
        rules.put("storage uses nothing", uses("storage"));
        rules.put("format uses tensor and storage", uses("format", "tensor", "storage"));
        rules.put("weights uses tensor and kernel", uses("weights", "tensor", "kernel"));
        rules.put("matrix uses tensor", uses("matrix", "tensor"));
        rules.put("kernel uses tensor", uses("kernel", "tensor"));
        rules.put("elements uses kernel and storage", uses("elements", "tensor", "kernel", "storage"));
        rules.put("linalg uses nothing", uses("linalg"));
        rules.put("spectral uses bound and linalg", uses("spectral", "bound", "linalg"));
        rules.put("weightnorm uses kernel and matrix", uses("weightnorm", "kernel", "matrix", "tensor"));
        rules.put("parity uses kernel, linalg and spectral", uses("parity", "tensor", "kernel", "linalg", "spectral"));
        rules.put("convolution uses spectral", uses("convolution", "bound", "linalg", "spectral"));
        rules.put("lipschitz uses spectral", uses("lipschitz", "bound", "linalg", "spectral"));
        rules.put("audit knows nothing of what becomes of it", usesNot("audit", "report", "rewrite", "job"));
        rules.put("a result knows no pass", usesNot("audit.result", "audit.pass"));
        rules.put("a plan knows no pass and no result", usesNot("audit.plan", "audit.pass", "audit.result"));
        rules.put("weights are made without a pass", usesNot("audit.effective", "audit.pass", "audit.result"));
        rules.put(
                "report uses audit, bound and what rows are made of",
                uses("report", "audit", "bound", "tensor", "matrix", "weights", "weightnorm", "spectral"));
        rules.put("rewrite uses no report", usesNot("rewrite", "report", "job"));
        rules.put("formats don't know each other", siblings());
        rules.put("packages form no cycles", noCycles());
        rules.put("the foundation needs only Java", foundation());
        rules.put("only storage.hadoop sees Hadoop", onlyIn("storage.hadoop", "org.apache.hadoop.."));
        rules.put("only linalg sees Breeze and Scala", onlyIn("linalg", "breeze..", "scala..", "dev.ludovic.."));
        rules.put("only format.onnx sees protobuf", onlyIn("format.onnx", "com.google.protobuf.."));
        rules.put("only VectorKernels sees SIMD", onlyVectorKernels());
        rules.put("no Spark and no command line", onlyIn("job", "org.apache.spark..", "picocli.."));
        return rules;
    }

    /** Text is the same on every machine: formats and changes of case name their locale. */
    public static ArchRule sameTextInEveryLocale() {
        return noClasses()
                .should()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase");
    }

    private String[] packages(String... names) {
        return Arrays.stream(names).map(name -> root + "." + name + "..").toArray(String[]::new);
    }

    /** Of this house, a package uses itself and these. */
    private ArchRule uses(String from, String... to) {
        String[] allowed =
                packages(Stream.concat(Stream.of(from), Arrays.stream(to)).toArray(String[]::new));
        return noClasses()
                .that()
                .resideInAPackage(root + "." + from + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage(root + "..").and(DescribedPredicate.not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true);
    }

    private ArchRule usesNot(String from, String... forbidden) {
        return noClasses()
                .that()
                .resideInAPackage(root + "." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(forbidden))
                .allowEmptyShould(true);
    }

    /** Of the library, only this package sees these libraries. */
    private ArchRule onlyIn(String place, String... libraries) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackages(packages(place, "job"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries)
                .allowEmptyShould(true);
    }

    private ArchRule foundation() {
        return noClasses()
                .that()
                .resideInAnyPackage(packages("tensor", "bound", "storage", "matrix"))
                .and()
                .resideOutsideOfPackages(packages("storage.hadoop"))
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "org.jspecify..", root + "..")
                .allowEmptyShould(true);
    }

    private ArchRule onlyVectorKernels() {
        return noClasses()
                .that()
                .doNotHaveSimpleName("VectorKernels")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .allowEmptyShould(true);
    }

    private ArchRule siblings() {
        return slices().matching(root + ".format.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true);
    }

    private ArchRule noCycles() {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);
    }
}
