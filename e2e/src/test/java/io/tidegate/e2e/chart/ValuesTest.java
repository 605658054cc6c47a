package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** values.yaml, values.schema.json and the templates say the same. */
class ValuesTest {
  /** Everything that is off by default is on, so that what it depends on can be seen. */
  private static final List<Map<String, ?>> BASES =
      List.of(
          Map.of(),
          Map.of(
              "metrics",
              Map.of(
                  "serviceMonitor", Map.of("enabled", true),
                  "podMonitor", Map.of("enabled", true)),
              "certificates",
              Map.of("issuer", "CertManager")),
          Map.of(
              "certificates",
              Map.of(
                  "issuer",
                  "CertManager",
                  "certManager",
                  Map.of("issuerRef", Map.of("name", "corp")))));

  private final Chart chart = Chart.OPERATOR;
  private final JsonNode schema = chart.schema();
  private final JsonNode values = chart.values();

  @Test
  void schemaAndDefaultsHaveTheSameValues() {
    List<String> defaults = new ArrayList<>();
    ValueTree.leaves(schema)
        .keySet()
        .forEach(path -> assertThat(ValueTree.at(values, path).isMissingNode()).as(path).isFalse());
    collect("", values, defaults);
    assertThat(defaults).containsExactlyInAnyOrderElementsOf(ValueTree.leaves(schema).keySet());
  }

  private void collect(String path, JsonNode node, List<String> leaves) {
    if (ValueTree.objects(schema).containsKey(path)) {
      node.properties()
          .forEach(e -> collect(ValueTree.join(path, e.getKey()), e.getValue(), leaves));
    } else {
      leaves.add(path);
    }
  }

  @Test
  void everyObjectOfTheSchemaIsClosed() {
    List<String> open = new ArrayList<>();
    closed("", schema, open);
    assertThat(open).isEmpty();
  }

  /** Closed, or a map whose values have a type. */
  private static void closed(String path, JsonNode node, List<String> open) {
    if (node.path("type").asText().equals("object") && !path.equals("/properties/global")) {
      JsonNode more = node.path("additionalProperties");
      boolean map = !node.has("properties") && more.path("type").asText().equals("string");
      if (!map && !(more.isBoolean() && !more.booleanValue())) {
        open.add(path);
      }
    }
    node.properties().stream()
        .filter(e -> e.getValue().isObject())
        .forEach(e -> closed(path + "/" + e.getKey(), e.getValue(), open));
  }

  @Test
  void anUnknownKeyIsRefusedWithItsPath() {
    for (String path : ValueTree.objects(schema).keySet()) {
      String key = ValueTree.join(path, "replicaz");
      assertThatThrownBy(() -> chart.render(ValueTree.with(Map.of(), key, 1)))
          .as(key)
          .hasMessageContaining("at '" + (path.isEmpty() ? "" : "/" + path.replace('.', '/')) + "'")
          .hasMessageContaining("additional properties 'replicaz' not allowed");
    }
  }

  @Test
  void everyValueChangesWhatIsRendered() {
    List<String> standards = BASES.stream().map(base -> chart.render(base).yaml()).toList();
    List<String> dead = new ArrayList<>();
    ValueTree.leaves(schema)
        .forEach(
            (path, leaf) -> {
              Object other = example(path, leaf);
              boolean alive = false;
              for (int i = 0; i < BASES.size() && !alive; i++) {
                String changed = chart.render(ValueTree.with(BASES.get(i), path, other)).yaml();
                alive = !changed.equals(standards.get(i));
              }
              if (!alive) {
                dead.add(path);
              }
            });
    assertThat(dead).isEmpty();
  }

  private Object example(String path, JsonNode leaf) {
    JsonNode example = leaf.path("examples").path(0);
    assertThat(example.isMissingNode()).as("%s has an example", path).isFalse();
    assertThat(example).as(path).isNotEqualTo(ValueTree.at(values, path));
    return Serialization.unmarshal(example.toString(), Object.class);
  }

  /**
   * Many names may be all digits, which YAML takes for a number, and the API server then refuses.
   */
  @Test
  void aNameOfDigitsStaysText() {
    Pattern number = Pattern.compile("(?m)(: |- |\\[|, )2024(]|,|$)");
    List<String> numbers = new ArrayList<>();
    ValueTree.leaves(schema)
        .forEach(
            (path, leaf) -> {
              boolean list = leaf.path("type").asText().equals("array");
              // A quantity may be a number.
              boolean quantity = path.startsWith("resources.") || path.equals("tmp.sizeLimit");
              if (!quantity && takesDigits(list ? leaf.path("items") : leaf)) {
                Object digits = list ? List.of("2024") : "2024";
                BASES.stream()
                    .map(base -> chart.render(ValueTree.with(base, path, digits)).yaml())
                    .filter(yaml -> number.matcher(yaml).find())
                    .forEach(_ -> numbers.add(path));
              }
            });
    assertThat(numbers).isEmpty();
  }

  private static boolean takesDigits(JsonNode leaf) {
    return leaf.path("type").asText().equals("string")
        && Pattern.compile(leaf.path("pattern").asText("")).matcher("2024").find();
  }

  @Test
  void labelsThatTheChartSetsAreNotSetAgain() {
    for (String path :
        List.of("podLabels", "metrics.serviceMonitor.labels", "metrics.podMonitor.labels")) {
      Map<String, ?> twice =
          ValueTree.with(Map.of(), path, Map.of("app.kubernetes.io/name", "other"));
      assertThatThrownBy(() -> chart.render(twice))
          .as(path)
          .hasMessageContaining("/" + path.replace('.', '/') + "/app.kubernetes.io~1name");
    }
  }

  /** A schema cannot compare. */
  @Test
  void aQuietThatIsLongerThanTheLongestBurstIsRefusedWithBothNames() {
    assertThatThrownBy(
            () -> chart.render(ValueTree.with(Map.of(), "timing.debounceQuietMillis", 501)))
        .hasMessageContaining(
            "timing.debounceQuietMillis (501) must not be above timing.debounceMostMillis (500)");
  }

  @Test
  void templatesReadOnlyValuesThatExist() throws IOException {
    Pattern reference = Pattern.compile("\\.Values\\.([A-Za-z.]+)");
    Set<String> known = new HashSet<>(ValueTree.leaves(schema).keySet());
    known.addAll(ValueTree.objects(schema).keySet());
    for (Path template : chart.templates()) {
      Matcher found = reference.matcher(Files.readString(template));
      while (found.find()) {
        assertThat(known).as(template.getFileName().toString()).contains(found.group(1));
      }
    }
    for (Map<String, ?> base : BASES) {
      assertThat(chart.render(base).yaml()).doesNotContain("<no value>", "nil");
    }
  }

  @Test
  void everyValueIsDocumentedRightAboveIt() {
    List<String> lines = chart.text("values.yaml").lines().toList();
    List<String> undocumented = new ArrayList<>();
    List<String> parents = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher key = Pattern.compile("^( *)([A-Za-z]+):.*").matcher(lines.get(i));
      if (!key.matches()) {
        continue;
      }
      int depth = key.group(1).length() / 2;
      parents.subList(depth, parents.size()).clear();
      parents.add(key.group(2));
      String path = String.join(".", parents);
      boolean leaf = ValueTree.leaves(schema).containsKey(path);
      if (leaf && (i == 0 || !lines.get(i - 1).startsWith(key.group(1) + "# "))) {
        undocumented.add(path);
      }
    }
    assertThat(undocumented).isEmpty();
  }

  @Test
  void theDefaultsPassTheirOwnSchema() {
    Map<String, Object> defaults =
        new ObjectMapper().convertValue(values, new TypeReference<Map<String, Object>>() {});
    assertThat(chart.render(defaults).yaml()).isEqualTo(chart.render().yaml());
    assertThat(((ObjectNode) schema).path("properties").has("global"))
        .as("a chart that depends on this one may have global values")
        .isTrue();
  }
}
