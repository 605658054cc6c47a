package io.tidegate.e2e.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything of this project that a person may apply: files, and blocks of YAML in pages. */
final class SampleFiles {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");

  private SampleFiles() {}

  /** The YAML files under {@code samples}. */
  static List<Path> yaml() throws IOException {
    return under("samples", ".yaml");
  }

  /**
   * The objects of ours that pages show, each page's written to a file in {@code directory}.
   *
   * @return files of those pages that show any
   */
  static List<Path> shownInPages(Path directory) throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    pages.addAll(under("samples", ".md"));
    pages.addAll(under("charts", ".md"));
    List<Path> files = new ArrayList<>();
    for (Path page : pages) {
      String objects = objects(Files.readString(page));
      if (!objects.isEmpty()) {
        String name = ROOT.relativize(page).toString().replace('/', '-') + ".yaml";
        files.add(Files.writeString(directory.resolve(name), objects));
      }
    }
    return files;
  }

  private static String objects(String page) {
    return BLOCK
        .matcher(page)
        .results()
        .map(block -> block.group(1))
        .filter(block -> block.contains("apiVersion: tidegate.io/"))
        .collect(Collectors.joining("---\n"));
  }

  private static List<Path> under(String directory, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.toString().matches(".*/(src|target|node_modules)/.*"))
          .sorted()
          .toList();
    }
  }

  /** The namespaces that the objects of a file stand in. */
  static List<String> namespaces(Path file) throws IOException {
    Matcher named =
        Pattern.compile("\\bnamespace: ([a-z0-9-]+)\\b").matcher(Files.readString(file));
    return named.results().map(found -> found.group(1)).distinct().toList();
  }
}
