package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's first command builds what it needs, where nothing of ours was built before. */
class FreshCloneIT {
  private static final Set<String> NOT_CLONED = Set.of("target", "node_modules", ".git");

  @TempDir Path directory;

  @Test
  void theCommandBuildsItselfOnceAndAnswers() throws Exception {
    copy(Line.root(), directory);
    assertThat(version()).contains("building, a minute the first time").contains("0.1.0");
    assertThat(version()).doesNotContain("building").contains("0.1.0");
  }

  private String version() throws Exception {
    Path out = directory.resolve("version.log");
    ProcessBuilder builder =
        new ProcessBuilder(directory.resolve("operator/bin/tidegate").toString(), "version");
    builder.environment().remove("SKIP_TIDEGATE_BUILD");
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
