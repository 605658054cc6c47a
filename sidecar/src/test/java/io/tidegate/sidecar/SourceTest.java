package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the sources of every module. */
class SourceTest {
  private static final int MAX_LINES = 300;
  private static final List<String> MODULES =
      List.of("crds", "sidecar", "operator/controller", "operator/cli", "samples/provider", "e2e");

  @Test
  void noClassIsLongerThan300Lines() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path source : sources()) {
      long lines = linesOfType(Files.readAllLines(source));
      if (lines > MAX_LINES) {
        tooLong.add(source + " has " + lines + " lines");
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyProductPackageSaysWhatComesInAndWhatGoesOut() throws IOException {
    List<Path> silent =
        sources().stream()
            .filter(source -> source.toString().contains("/src/main/"))
            .map(Path::getParent)
            .distinct()
            .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
            .toList();
    assertThat(silent).isEmpty();
  }

  @Test
  void noTestSleeps() throws IOException {
    String sleep = "Thread" + ".sleep(";
    List<Path> sleeping = new ArrayList<>();
    for (Path source : sources()) {
      if (Files.readString(source).contains(sleep)) {
        sleeping.add(source);
      }
    }
    assertThat(sleeping).isEmpty();
  }

  /**
   * Vert.x closes a client that nothing refers to any more, and what goes through it then fails.
   */
  @Test
  void noClientIsDroppedWhileItIsUsed() throws IOException {
    Pattern dropped =
        Pattern.compile(
            "create(?:Http|Net|WebSocket)Client\\((?:[^();]|\\([^();]*\\))*\\)\\s*\\.\\s*\\w+\\(");
    List<Path> dropping = new ArrayList<>();
    for (Path source : sources()) {
      if (dropped.matcher(Files.readString(source)).find()) {
        dropping.add(source);
      }
    }
    assertThat(dropping).isEmpty();
  }

  @Test
  void everyTestThatThePageOfInvariantsNamesIsThere() throws IOException {
    Map<String, String> texts = new HashMap<>();
    for (Path source : sources()) {
      String name = source.getFileName().toString().replace(".java", "");
      texts.merge(name, Files.readString(source), String::concat);
    }
    Matcher named =
        Pattern.compile("`(\\w+)\\.(\\w+)`")
            .matcher(Files.readString(reactor().resolve("e2e/README.md")));
    List<String> missing = new ArrayList<>();
    int found = 0;
    while (named.find()) {
      found++;
      if (!texts.getOrDefault(named.group(1), "").contains("void " + named.group(2) + "(")) {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(20);
  }

  /** Without the package and import lines, which grow with the names of others. */
  private static long linesOfType(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith("import ") && !line.startsWith("package "))
        .count();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path src = reactor().resolve(module).resolve("src");
      if (Files.isDirectory(src)) {
        try (Stream<Path> files = Files.walk(src)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
    }
    assertThat(sources).isNotEmpty();
    return sources;
  }

  private static Path reactor() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("crds"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
