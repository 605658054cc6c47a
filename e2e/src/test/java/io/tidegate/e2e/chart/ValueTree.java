package io.tidegate.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The values of a chart as its schema has them: objects with names, and leaves. */
final class ValueTree {
  /** Helm itself puts it into charts that others depend on. */
  private static final String GLOBAL = "global";

  private ValueTree() {}

  /** The schema of each leaf by its dotted path. */
  static Map<String, JsonNode> leaves(JsonNode schema) {
    Map<String, JsonNode> leaves = new TreeMap<>();
    walk("", schema, leaves::put, (path, object) -> {});
    return leaves;
  }

  /** The schema of each object by its dotted path; the root's is empty. */
  static Map<String, JsonNode> objects(JsonNode schema) {
    Map<String, JsonNode> objects = new TreeMap<>();
    walk("", schema, (path, leaf) -> {}, objects::put);
    return objects;
  }

  private static void walk(
      String path,
      JsonNode schema,
      BiConsumer<String, JsonNode> leaf,
      BiConsumer<String, JsonNode> object) {
    if (!schema.has("properties")) {
      leaf.accept(path, schema);
      return;
    }
    object.accept(path, schema);
    schema
        .path("properties")
        .properties()
        .forEach(
            child -> {
              if (!child.getKey().equals(GLOBAL)) {
                walk(join(path, child.getKey()), child.getValue(), leaf, object);
              }
            });
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** At a dotted path; missing if there is none. */
  static JsonNode at(JsonNode values, String path) {
    JsonNode found = values;
    for (String key : path.split("\\.", -1)) {
      found = found.path(key);
    }
    return found;
  }

  /** The values with another one at a dotted path. */
  static Map<String, Object> with(Map<String, ?> values, String path, Object value) {
    Map<String, Object> changed = new HashMap<>(values);
    int dot = path.indexOf('.');
    if (dot < 0) {
      changed.put(path, value);
    } else {
      String key = path.substring(0, dot);
      changed.put(key, with(object(values.get(key)), path.substring(dot + 1), value));
    }
    return changed;
  }

  private static Map<String, Object> object(Object value) {
    Map<String, Object> object = new HashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, child) -> object.put((String) key, child));
    }
    return object;
  }
}
