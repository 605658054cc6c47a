package io.tidegate.sidecar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.sidecar.policy.Policy;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What operators and sidecars of other versions hear: {@code wire/snapshot.json} is a snapshot in
 * which every field is set. A change of it is a change of the wire, to be read by the versions
 * before and after.
 */
class SnapshotWireTest {
  private static final Path GOLDEN = Path.of("src/test/resources/wire/snapshot.json");
  private static final JsonMapper JSON = new JsonMapper();

  /** Of the golden file; another one would make every sidecar of the version before swap. */
  private static final String VERSION =
      "sha256:95af1c82c80f72efd839f5bc76c7aabf3bd155b0088782af234b225ecd7cb4f1";

  /** Without one of these a snapshot says what it said before the field was there. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "budgets[].heldBack",
          "budgets[].limits[].timeZone",
          "budgets[].per",
          "budgets[].subject.budgetClass",
          "budgets[].subject.model",
          "budgets[].subject.tenant",
          "budgets[].subject.user",
          "budgets[].subject.workflow",
          "profile.identity[].defaultValue",
          "profile.identity[].pinned",
          "profile.identity[].pinnedBy",
          "profile.object",
          "prompts[].maxOutputTokens",
          "prompts[].temperature",
          "prompts[].variables[].defaultValue",
          "providers[].caBundlePem",
          "providers[].credential",
          "providers[].models[].contextTokens",
          "providers[].models[].maxOutputTokens",
          "providers[].models[].price",
          "providers[].models[].price.cacheRead",
          "providers[].models[].price.cacheWrite",
          "providers[].models[].price.cacheWriteOneHour",
          "routes[].heldBack",
          "routes[].rules[].fallback",
          "routes[].rules[].limits",
          "routes[].rules[].limits.maxInputTokens",
          "routes[].rules[].limits.maxOutputTokens",
          "routes[].rules[].prompt",
          "routes[].rules[].retry");

  @Test
  void todaysOperatorWritesWhatIsCommitted() throws Exception {
    String canonical = canonical(golden());
    Snapshot read = SnapshotCodec.decode(canonical);
    assertThat(SnapshotCodec.encode(read)).isEqualTo(canonical);
    assertThat(SnapshotCodec.version(canonical)).isEqualTo(VERSION);
    assertThat(Policy.load(canonical).snapshot()).isEqualTo(read);
  }

  @Test
  void everyFieldThereIsStandsInTheCommittedSnapshot() throws Exception {
    Set<String> declared = new TreeSet<>();
    Set<String> written = new TreeSet<>();
    compare(Snapshot.class, List.of(golden()), declared, written);
    assertThat(written).isEqualTo(declared);
  }

  @Test
  void aFieldOfANewerOperatorIsRefusedByItsName() throws Exception {
    JsonNode tree = golden();
    for (ObjectNode object : objects(tree)) {
      object.put("ofTomorrow", 1);
      assertThatThrownBy(() -> Policy.load(canonical(tree)))
          .as(object.toString())
          .isInstanceOf(SnapshotRefused.class)
          .hasMessageContaining("ofTomorrow");
      object.remove("ofTomorrow");
    }
  }

  @Test
  void aFieldThatAnOlderOperatorLacksIsRefusedWhereItsAbsenceSaysNothing() throws Exception {
    JsonNode tree = golden();
    Set<String> optional = new TreeSet<>();
    eachField(
        tree,
        "",
        (object, name, path) -> {
          JsonNode value = object.remove(name);
          if (loads(path, canonical(tree))) {
            optional.add(path);
          }
          object.set(name, value);
        });
    assertThat(optional).isEqualTo(new TreeSet<>(OPTIONAL));
  }

  private static boolean loads(String path, String json) {
    try {
      Policy.load(json);
      return true;
    } catch (SnapshotRefused e) {
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError("without " + path + " the engine fails instead of refusing", e);
    }
  }

  private static JsonNode golden() throws IOException {
    return JSON.readTree(Files.readString(GOLDEN));
  }

  /** The file is indented for people, and in canonical order. */
  private static String canonical(JsonNode tree) {
    return tree.toString();
  }

  /** All that have fields; a map of variables has keys of a person's choice. */
  private static List<ObjectNode> objects(JsonNode tree) {
    List<ObjectNode> found = new ArrayList<>();
    if (tree instanceof ObjectNode object) {
      found.add(object);
    }
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!isMap(field)) {
        found.addAll(objects(field.getValue()));
      }
    }
    if (tree.isArray()) {
      tree.forEach(element -> found.addAll(objects(element)));
    }
    return found;
  }

  private static boolean isMap(Map.Entry<String, JsonNode> field) {
    return field.getKey().equals("variables") && field.getValue().isObject();
  }

  private interface FieldCheck {
    void accept(ObjectNode object, String name, String path);
  }

  private static void eachField(JsonNode tree, String path, FieldCheck check) {
    if (tree.isArray()) {
      tree.forEach(element -> eachField(element, path + "[]", check));
    }
    for (Map.Entry<String, JsonNode> field : List.copyOf(tree.properties())) {
      String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      check.accept((ObjectNode) tree, field.getKey(), at);
      if (!isMap(field)) {
        eachField(field.getValue(), at, check);
      }
    }
  }

  private static void compare(
      Class<?> type, List<JsonNode> values, Set<String> declared, Set<String> written) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = type.getSimpleName() + "." + component.getName();
      declared.add(name);
      List<JsonNode> found = new ArrayList<>();
      values.stream().map(v -> v.path(component.getName())).forEach(v -> addAll(v, found));
      if (!found.isEmpty()) {
        written.add(name);
      }
      Class<?> element = element(component);
      if (element.isRecord()) {
        compare(element, found, declared, written);
      }
    }
  }

  private static void addAll(JsonNode value, List<JsonNode> found) {
    if (value.isArray()) {
      value.forEach(found::add);
    } else if (!value.isMissingNode()) {
      found.add(value);
    }
  }

  private static Class<?> element(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType generic
            && generic.getActualTypeArguments()[0] instanceof Class<?> element
        ? element
        : component.getType();
  }
}
