package io.tidegate.e2e.corpus;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The written cases of one kind; the file {@code ModelProvider.yaml} says how a case reads. */
final class CorpusFile {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final String kind;
  private final JsonNode tree;

  private CorpusFile(String kind, JsonNode tree) {
    this.kind = kind;
    this.tree = tree;
  }

  static CorpusFile of(String kind) throws IOException {
    String name = "/corpus/" + kind + ".yaml";
    try (InputStream in = CorpusFile.class.getResourceAsStream(name)) {
      return new CorpusFile(kind, YAML.readTree(Objects.requireNonNull(in, name)));
    }
  }

  /** An object with every field of the kind; CEL may refuse it. */
  ObjectNode full() {
    return object(tree.path("full"));
  }

  List<ObjectCase> cases() {
    List<ObjectCase> cases = new ArrayList<>();
    for (JsonNode written : tree.path("cases")) {
      boolean full = written.path("useFull").asBoolean();
      ObjectNode object = full ? full() : object(tree.path("base"));
      edit(object, written.path("set"), written.path("remove"));
      Optional<ObjectNode> update = Optional.empty();
      if (written.has("update")) {
        ObjectNode next = object.deepCopy();
        edit(next, written.path("update"), JsonNodeFactory.instance.arrayNode());
        update = Optional.of(next);
      }
      cases.add(
          new ObjectCase(kind, written.path("name").asText(), object, update, refused(written)));
    }
    return cases;
  }

  private static Optional<SortedSet<String>> refused(JsonNode written) {
    if (!written.has("refused")) {
      return Optional.empty();
    }
    SortedSet<String> fields = new TreeSet<>();
    written.path("refused").forEach(field -> fields.add(field.asText()));
    return Optional.of(fields);
  }

  private ObjectNode object(JsonNode body) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "tidegate.io/v1alpha1").put("kind", kind);
    object.putObject("metadata").put("name", "corpus");
    object.setAll((ObjectNode) body.deepCopy());
    return object;
  }

  private static void edit(ObjectNode object, JsonNode set, JsonNode remove) {
    set.properties()
        .forEach(
            entry ->
                parent(object, entry.getKey())
                    .set(last(entry.getKey()), entry.getValue().deepCopy()));
    remove.forEach(path -> parent(object, path.asText()).remove(last(path.asText())));
  }

  private static ObjectNode parent(ObjectNode object, String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0
        ? object
        : object.withObject(JsonPointer.compile("/" + path.substring(0, dot).replace('.', '/')));
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
