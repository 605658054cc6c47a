package io.tidegate.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows of the reconcile and admission lines, and which of their stages are pure. */
class ArchitectureTest {
  private static final String ROOT = "io.tidegate.operator";

  /**
   * Each may use those before it, never those after it. Values flow watch, compile, serve, status;
   * names flow the other way where a later stage fills what an earlier one defines.
   */
  private static final List<String> LINE =
      List.of(
          "reach", "intake", "events", "tls", "compile", "status", "admit", "trust", "watch",
          "serve", "admin");

  private static final String TALKS_TO_THE_API_SERVER =
      "io\\.fabric8\\.kubernetes\\.client\\.((dsl|informers|extended|http)\\..*|.*Client.*)"
          + "|io\\.javaoperatorsdk\\..*|io\\.vertx\\..*|java\\.net\\.http\\..*"
          + "|java\\.nio\\.file\\.Files";

  private static final JavaClasses OPERATOR = productClasses();

  private static JavaClasses productClasses() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(
                  OperatorSettings.class
                      .getProtectionDomain()
                      .getCodeSource()
                      .getLocation()
                      .toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyStageUsesOnlyTheStagesBeforeIt() {
    for (int i = 0; i < LINE.size(); i++) {
      String[] later =
          Stream.concat(
                  Stream.of(ROOT),
                  LINE.subList(i + 1, LINE.size()).stream().map(stage -> ROOT + "." + stage + ".."))
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(ROOT + "." + LINE.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .allowEmptyShould(true)
          .check(OPERATOR);
    }
  }

  @Test
  void everyPackageHasItsPlaceInTheLine() {
    noClasses()
        .should()
        .resideOutsideOfPackages(
            Stream.concat(Stream.of(ROOT), LINE.stream().map(stage -> ROOT + "." + stage + ".."))
                .toArray(String[]::new))
        .check(OPERATOR);
  }

  @Test
  void compilingIsPure() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".compile..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(TALKS_TO_THE_API_SERVER)
        .check(OPERATOR);
  }

  @Test
  void theDecisionsOfStatusAndAdmissionArePure() {
    noClasses()
        .that()
        .haveNameMatching(
            ".*\\.(StatusProjector|PodMutator|InjectionPolicy|InjectionReport|SidecarContainer)")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(TALKS_TO_THE_API_SERVER)
        .check(OPERATOR);
  }

  @Test
  void theOperatorDoesNotServeCallsAndKnowsNoCommandLine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.tidegate.cli..",
            "io.tidegate.sidecar.listen..",
            "io.tidegate.sidecar.upstream..",
            "io.tidegate.sidecar.relay..",
            "io.tidegate.sidecar.fetch..")
        .check(OPERATOR);
  }

  @Test
  void nothingAsksTheWallClockOrSleeps() {
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.ZonedDateTime.class, "now")
        .orShould()
        .callMethod(java.time.OffsetDateTime.class, "now")
        .orShould()
        .callConstructor(java.util.Date.class)
        .because("time comes from an injected InstantSource")
        .check(OPERATOR);
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .because("waiting is for a condition, with a deadline")
        .check(OPERATOR);
  }

  @Test
  void aCharsetIsAlwaysNamed() {
    noClasses()
        .should()
        .callMethod(String.class, "getBytes")
        .orShould()
        .callConstructor(String.class, byte[].class)
        .check(OPERATOR);
  }

  @Test
  void theLogGoesThroughSlf4j() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".Main")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(OPERATOR);
  }

  @Test
  void nothingStaticChanges() {
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(JavaModifier.SYNTHETIC)
        .should()
        .beFinal()
        .check(OPERATOR);
  }

  @Test
  void aTypeIsNamedAfterWhatItIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl|Common)(\\$.*)?")
        .check(OPERATOR);
  }
}
