package io.tidegate.cli.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads the YAML files of one directory, not of those below it, as {@code kubectl -f DIR} does. */
public final class ManifestReader {
  private static final Set<String> NOT_OBJECTS = Set.of("kustomization.yaml", "kustomization.yml");

  /** What one file holds: its objects, or why they cannot be read. */
  public record FileContent(Path file, List<Manifest> manifests, List<Problem> problems) {}

  private final Path directory;

  public ManifestReader(Path directory) {
    this.directory = directory;
  }

  /** The files to read, in order of their names. */
  public List<Path> files() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(p -> p.getFileName().toString().matches("[^.].*\\.ya?ml"))
          .filter(p -> !NOT_OBJECTS.contains(p.getFileName().toString()))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  /** Reads one file; what is wrong with it is a problem, not an exception. */
  public FileContent read(Path file) {
    Path name = directory.relativize(file);
    List<Manifest> manifests = new ArrayList<>();
    try {
      String text = Files.readString(file);
      for (Node document : new Yaml(new LoaderOptions()).composeAll(new StringReader(text))) {
        if (document != null && !document.getTag().equals(Tag.NULL)) {
          manifests.add(manifest(name, document));
        }
      }
      return new FileContent(file, manifests, List.of());
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      return broken(
          file,
          new Problem(name, line, "", "bad YAML: " + e.getProblem(), "mend the line and save"));
    } catch (CharacterCodingException e) {
      return broken(file, new Problem(name, 1, "", "the file is not UTF-8", "save it as UTF-8"));
    } catch (YAMLException | IOException e) {
      return broken(
          file,
          new Problem(name, 1, "", "cannot be read: " + e.getMessage(), "mend the file and save"));
    } catch (NotAnObject e) {
      return broken(file, e.problem);
    }
  }

  private static FileContent broken(Path file, Problem problem) {
    return new FileContent(file, List.of(), List.of(problem));
  }

  private static Manifest manifest(Path file, Node document) throws NotAnObject {
    int line = document.getStartMark().getLine() + 1;
    if (!(document instanceof MappingNode)) {
      throw new NotAnObject(
          new Problem(
              file, line, "", "this document is no object", "begin it with apiVersion: and kind:"));
    }
    Map<String, Integer> lines = new HashMap<>();
    Manifest manifest =
        new Manifest(file, line, (ObjectNode) new YamlTree(lines).convert(document, ""), lines);
    for (Map.Entry<String, String> needed :
        Map.of(
                "apiVersion", manifest.apiVersion(),
                "kind", manifest.kind(),
                "metadata.name", manifest.name())
            .entrySet()) {
      if (needed.getValue().isEmpty()) {
        throw new NotAnObject(
            new Problem(
                file,
                line,
                manifest.title().trim(),
                needed.getKey() + ": Required value",
                "give the object its " + needed.getKey()));
      }
    }
    return manifest;
  }

  private static final class NotAnObject extends Exception {
    private final transient Problem problem;

    NotAnObject(Problem problem) {
      super(problem.what());
      this.problem = problem;
    }
  }
}
