package io.tidegate.cli;

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

/** The arrows of the command line's packages, and what none of them does. */
class ArchitectureTest {
  private static final String ROOT = "io.tidegate.cli";

  /** Each may use those before it, never those after it; commands stand last. */
  private static final List<String> LINE =
      List.of("embedded", "manifest", "workloads", "local", "get", "up");

  /** How a command is asked for, where the API is found, and how it says that it failed. */
  private static final List<String> SHARED =
      List.of("Arguments", "CliFailure", "CrdFiles", "Kubeconfig");

  private static final JavaClasses CLI = productClasses();

  private static JavaClasses productClasses() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyPackageUsesOnlyThePackagesBeforeIt() {
    for (int i = 0; i < LINE.size(); i++) {
      String[] later =
          LINE.subList(i + 1, LINE.size()).stream()
              .map(next -> ROOT + "." + next + "..")
              .toArray(String[]::new);
      if (later.length > 0) {
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + LINE.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(later)
            .check(CLI);
      }
    }
  }

  @Test
  void everyPackageHasItsPlaceInTheLine() {
    noClasses()
        .should()
        .resideOutsideOfPackages(
            Stream.concat(Stream.of(ROOT), LINE.stream().map(name -> ROOT + "." + name + ".."))
                .toArray(String[]::new))
        .check(CLI);
  }

  @Test
  void whatAllCommandsShareUsesNoneOfThem() {
    noClasses()
        .that()
        .haveNameMatching(ROOT.replace(".", "\\.") + "\\.(" + String.join("|", SHARED) + ")")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            LINE.stream().map(name -> ROOT + "." + name + "..").toArray(String[]::new))
        .check(CLI);
  }

  @Test
  void onlyWhatIsSharedIsUsedFromTheRoot() {
    noClasses()
        .that()
        .resideInAnyPackage(
            LINE.stream().map(name -> ROOT + "." + name + "..").toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(ROOT + ".Main")
        .check(CLI);
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
        .check(CLI);
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .because("waiting is for a condition, with a deadline")
        .check(CLI);
  }

  @Test
  void aCharsetIsAlwaysNamed() {
    noClasses()
        .should()
        .callMethod(String.class, "getBytes")
        .orShould()
        .callConstructor(String.class, byte[].class)
        .check(CLI);
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
        .check(CLI);
  }

  @Test
  void aTypeIsNamedAfterWhatItIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl|Common)(\\$.*)?")
        .check(CLI);
  }
}
