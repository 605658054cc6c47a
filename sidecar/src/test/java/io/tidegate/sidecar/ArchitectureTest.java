package io.tidegate.sidecar;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.tidegate.sidecar.config.Settings;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The arrows between the stages, and what a data plane on one event loop must never call. */
class ArchitectureTest {
  private static final String ROOT = "io.tidegate.sidecar";

  /** Each may use those before it, never those after it. */
  private static final List<String> LINE =
      List.of(
          "config",
          "policy",
          "call",
          "dialect",
          "identity",
          "route",
          "prompt",
          "budget",
          "upstream",
          "relay",
          "record",
          "fetch",
          "listen",
          "admin");

  private static final String[] ON_THE_EVENT_LOOP =
      packages("call", "dialect", "identity", "route", "prompt", "upstream", "relay", "listen");

  private static final JavaClasses SIDECAR = productClasses();

  private static JavaClasses productClasses() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(Settings.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static String[] packages(String... stages) {
    return Arrays.stream(stages).map(stage -> ROOT + "." + stage + "..").toArray(String[]::new);
  }

  private static String[] packages(Collection<String> stages) {
    return packages(stages.toArray(String[]::new));
  }

  @Test
  void everyStageUsesOnlyTheStagesBeforeIt() {
    for (int i = 0; i < LINE.size(); i++) {
      for (String later : LINE.subList(i + 1, LINE.size())) {
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + LINE.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "." + later + "..")
            .allowEmptyShould(true)
            .check(SIDECAR);
      }
      noClasses()
          .that()
          .resideInAPackage(ROOT + "." + LINE.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT)
          .because("the root wires the stages, they do not know it")
          .allowEmptyShould(true)
          .check(SIDECAR);
    }
  }

  @Test
  void everyPackageHasItsPlaceInTheLine() {
    noClasses()
        .should()
        .resideOutsideOfPackages(
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of(ROOT), Arrays.stream(packages(LINE)))
                .toArray(String[]::new))
        .check(SIDECAR);
  }

  @Test
  void fetchingKnowsConfigurationAndPolicyAlone() {
    List<String> others =
        LINE.stream().filter(s -> !List.of("config", "policy", "fetch").contains(s)).toList();
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".fetch..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(others))
        .check(SIDECAR);
  }

  @Test
  void theDataPlaneKnowsNoKubernetes() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8..",
            "io.javaoperatorsdk..",
            "io.kubernetes..",
            "io.tidegate.api..",
            "io.tidegate.operator..",
            "io.tidegate.cli..")
        .check(SIDECAR);
  }

  @Test
  void decisionsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage(packages("config", "policy", "dialect", "identity", "route", "prompt"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.core.http..", "io.vertx.ext..", "java.net.http..")
        .allowEmptyShould(true)
        .check(SIDECAR);
  }

  @Test
  void nothingAsksTheWallClockSleepsOrTrustsTheDefaultCharset() {
    for (ForbiddenCalls.Method method : ForbiddenCalls.EVERYWHERE) {
      noClasses().should(ForbiddenCalls.call(method)).because(method.insteadOf()).check(SIDECAR);
    }
  }

  @Test
  void aForbiddenCallIsFound() {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
    for (ForbiddenCalls.Method method :
        List.of(
            ForbiddenCalls.EVERYWHERE.getFirst(),
            ForbiddenCalls.EVERYWHERE.get(1),
            ForbiddenCalls.ON_THE_EVENT_LOOP.getFirst())) {
      assertThatThrownBy(() -> noClasses().should(ForbiddenCalls.call(method)).check(offender))
          .isInstanceOf(AssertionError.class);
    }
    assertThatThrownBy(
            () -> fields().should(ForbiddenCalls.notHoldMutable(Map.class)).check(offender))
        .isInstanceOf(AssertionError.class);
  }

  /** What the rules are there to find. */
  static final class Offender {
    static final java.util.HashMap<String, String> CHANGES = new java.util.HashMap<>();

    static long offend(java.util.concurrent.CompletableFuture<Long> future) throws Exception {
      return System.currentTimeMillis() + java.time.Instant.now().toEpochMilli() + future.get();
    }
  }

  @Test
  void nothingBlocksTheEventLoop() {
    for (ForbiddenCalls.Method method : ForbiddenCalls.ON_THE_EVENT_LOOP) {
      noClasses()
          .that()
          .resideInAnyPackage(ON_THE_EVENT_LOOP)
          .should(ForbiddenCalls.call(method))
          .because(method.insteadOf())
          .allowEmptyShould(true)
          .check(SIDECAR);
    }
    noClasses()
        .that()
        .resideInAnyPackage(ON_THE_EVENT_LOOP)
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.nio\\.file\\.Files|java\\.io\\.File.*|java\\.io\\.Random.*")
        .because("files belong on a worker")
        .allowEmptyShould(true)
        .check(SIDECAR);
  }

  @Test
  void standardOutputBelongsToTheEvents() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, ROOT + ".record..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .because("the log goes through SLF4J")
        .check(SIDECAR);
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
        .check(SIDECAR);
    for (Class<?> mutable :
        List.of(
            Map.class,
            Collection.class,
            java.util.concurrent.atomic.AtomicLong.class,
            java.util.concurrent.atomic.AtomicInteger.class,
            java.util.concurrent.atomic.AtomicReference.class,
            StringBuilder.class)) {
      // Unmodifiable ones are declared by the interface that is Map, List or Set itself.
      fields().that().areStatic().should(ForbiddenCalls.notHoldMutable(mutable)).check(SIDECAR);
    }
  }

  @Test
  void aTypeIsNamedAfterWhatItIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl|Common)(\\$.*)?")
        .check(SIDECAR);
  }
}
