package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * README's first command builds what it needs, where nothing of ours was built before, and what it
 * builds is to the byte what was built elsewhere.
 */
class FreshCloneIT {
  private static final Set<String> NOT_CLONED = Set.of("target", "node_modules", ".git");

  @TempDir Path directory;

  @Test
  void theCommandBuildsItselfOnceAndAnswers() throws Exception {
    copy(Line.root(), directory);
    assertThat(version()).contains("building, a minute the first time").contains("0.1.0");
    assertThat(version()).doesNotContain("building").contains("0.1.0");
    theImagesContentIsThatOfAnyOtherBuilder();
  }

  /** Our jars and bills of materials: the layers are made of them, and of what others published. */
  private void theImagesContentIsThatOfAnyOtherBuilder() throws IOException {
    for (String module : List.of("crds", "sidecar", "operator/controller")) {
      for (Path here : content(Line.root().resolve(module).resolve("target"))) {
        assertThat(directory.resolve(Line.root().relativize(here))).hasSameBinaryContentAs(here);
      }
    }
  }

  private static List<Path> content(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      List<Path> content =
          files.filter(file -> file.toString().matches(".*(-SNAPSHOT\\.jar|/bom\\.json)")).toList();
      assertThat(content).isNotEmpty();
      return content;
    }
  }

  /** Under another umask, time zone and language, and by surefire's Java instead of Maven's. */
  private String version() throws Exception {
    Path out = directory.resolve("version.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh", "-c", "umask 077; exec \"$0\" version", directory + "/operator/bin/tidegate");
    builder.environment().remove("SKIP_TIDEGATE_BUILD");
    builder.environment().put("TZ", "Asia/Tokyo");
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .merge(
            "MAVEN_OPTS", "-Duser.language=tr -Duser.country=TR", (had, more) -> had + " " + more);
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path one, BasicFileAttributes attributes)
              throws IOException {
            if (NOT_CLONED.contains(one.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(one).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path one, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(one, to.resolve(from.relativize(one).toString()));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
