package io.tidegate.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the jars need of the JDK, by jdeps, against what the images' runtime has. */
class RuntimeModulesIT {
  private static final Pattern NEEDS = Pattern.compile("(\\S+) -> ((?:java|jdk)\\.\\S+)");

  /** Who asks for a module that the runtime leaves out, in parts that nothing here calls. */
  private static final Map<String, Set<String>> UNUSED =
      Map.of(
          // java.beans: annotations of constructors; Log4j's meters; bean properties of YAML
          "java.desktop",
          Set.of(
              "com.fasterxml.jackson.databind",
              "micrometer-core",
              "org.apache.commons.lang3",
              "org.yaml.snakeyaml"),
          // verticles deployed as source; annotation processors
          "java.compiler",
          Set.of("io.vertx.core", "javapoet", "operator-framework"));

  @Test
  void theRuntimeHasWhatTheJarsNeedAndNoMore() throws Exception {
    Set<String> had = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("../layers/modules.txt"))) {
      had.add(line.replaceFirst("#.*", "").strip());
    }
    had.remove("");
    Map<String, Set<String>> needed = new TreeMap<>();
    for (String module : List.of("../../sidecar", "../controller")) {
      needs(Path.of(module, "target"))
          .forEach((k, v) -> needed.merge(k, v, RuntimeModulesIT::both));
    }
    UNUSED.forEach(
        (module, askers) -> {
          assertThat(askers).as(module).containsAll(needed.remove(module));
        });
    assertThat(had).isEqualTo(needed.keySet());
  }

  private static Set<String> both(Set<String> one, Set<String> other) {
    Set<String> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }

  private static Map<String, Set<String>> needs(Path target) throws Exception {
    List<String> jars = new ArrayList<>();
    for (Path folder : List.of(target, target.resolve("lib"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files.map(Path::toString).filter(file -> file.endsWith(".jar")).sorted().forEach(jars::add);
      }
    }
    List<String> words =
        new ArrayList<>(List.of("--multi-release", "25", "--ignore-missing-deps", "-s", "-cp"));
    words.add(String.join(":", jars));
    words.addAll(jars);
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    ToolProvider.findFirst("jdeps")
        .orElseThrow()
        .run(printer, printer, words.toArray(String[]::new));
    Map<String, Set<String>> needs = new TreeMap<>();
    Matcher line = NEEDS.matcher(out.toString());
    while (line.find()) {
      needs
          .computeIfAbsent(line.group(2), module -> new TreeSet<>())
          .add(line.group(1).replaceFirst("-[0-9][^-]*\\.jar$", ""));
    }
    return needs;
  }
}
