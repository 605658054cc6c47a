package io.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dtidegate.regenerate=true} to rewrite crds/generated. */
class GeneratedCrdsTest {
  private static final Path GENERATED = Path.of("generated");

  @Test
  void regeneratingGivesNoDiff() throws IOException {
    Map<String, String> expected = GeneratedCrds.yaml();
    if (Boolean.getBoolean("tidegate.regenerate")) {
      for (Map.Entry<String, String> file : expected.entrySet()) {
        Files.writeString(GENERATED.resolve(file.getKey()), file.getValue());
      }
    }
    assertThat(files(GENERATED))
        .as("crds/generated; run this test with -Dtidegate.regenerate=true and review the diff")
        .isEqualTo(expected);
  }

  @Test
  void everyStringListAndMapIsBounded() throws IOException {
    List<String> unbounded = new ArrayList<>();
    for (CustomResourceDefinition crd : GeneratedCrds.crds()) {
      unbounded(crd.getSpec().getNames().getKind(), GeneratedCrds.schema(crd), unbounded);
    }
    assertThat(unbounded).isEmpty();
  }

  /** What kubectl explain prints. */
  @Test
  void everyFieldIsExplainedInASentence() throws IOException {
    List<String> unexplained = new ArrayList<>();
    for (CustomResourceDefinition crd : GeneratedCrds.crds()) {
      unexplained(crd.getSpec().getNames().getKind(), GeneratedCrds.schema(crd), unexplained);
    }
    assertThat(unexplained).isEmpty();
  }

  /** A reader of stored objects checks them by the same expressions. */
  @Test
  void everyPatternIsOneThatReadersKnow() throws IOException {
    for (CustomResourceDefinition crd : GeneratedCrds.crds()) {
      patterns(GeneratedCrds.schema(crd)).forEach(each -> Patterns.matches(each, ""));
    }
  }

  private static Stream<String> patterns(JSONSchemaProps schema) {
    return Stream.concat(
        Stream.ofNullable(schema.getPattern()),
        GeneratedCrds.children("", schema).values().stream().flatMap(GeneratedCrdsTest::patterns));
  }

  @Test
  void everyRuleSaysWhatToDo() throws IOException {
    for (CustomResourceDefinition crd : GeneratedCrds.crds()) {
      GeneratedCrds.rules(GeneratedCrds.schema(crd))
          .forEach(rule -> assertThat(rule.getMessage()).as(rule.getRule()).hasSizeGreaterThan(30));
    }
  }

  @Test
  void namedEntriesCannotStandTwiceInAList() throws IOException {
    JSONSchemaProps route = GeneratedCrds.schema(crd("ModelRoute")).getProperties().get("spec");
    JSONSchemaProps rules = route.getProperties().get("rules");
    assertThat(rules.getXKubernetesListType()).isEqualTo("map");
    assertThat(rules.getXKubernetesListMapKeys()).containsExactly("name");
    assertThat(route.getProperties().get("models").getXKubernetesListType()).isEqualTo("set");
    JSONSchemaProps status = GeneratedCrds.schema(crd("ModelRoute")).getProperties().get("status");
    assertThat(status.getProperties().get("conditions").getXKubernetesListMapKeys())
        .containsExactly("type");
  }

  @Test
  void everyKindHasItsShortNameCategoriesAndColumns() throws IOException {
    Map<String, String> shortNames = new TreeMap<>();
    for (CustomResourceDefinition crd : GeneratedCrds.crds()) {
      shortNames.put(
          crd.getSpec().getNames().getKind(), crd.getSpec().getNames().getShortNames().getFirst());
      assertThat(crd.getSpec().getNames().getCategories()).contains("tidegate", "ai");
      assertThat(crd.getSpec().getVersions().getFirst().getAdditionalPrinterColumns())
          .extracting(column -> column.getName())
          .startsWith("Accepted", "Programmed", "Reason")
          .contains("Age");
      assertThat(crd.getSpec().getVersions().getFirst().getSubresources().getStatus()).isNotNull();
    }
    assertThat(shortNames)
        .isEqualTo(
            Map.of(
                "ModelProvider", "mp",
                "ModelRoute", "mr",
                "TenantBudget", "tb",
                "PromptVersion", "pver",
                "SidecarProfile", "sp"));
  }

  private static CustomResourceDefinition crd(String kind) throws IOException {
    return GeneratedCrds.crds().stream()
        .filter(crd -> crd.getSpec().getNames().getKind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  /** What a directory of definitions holds, by file name. */
  static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.list(directory)) {
      for (Path file : found.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  /** Entries of lists and maps are explained by the list or map that holds them. */
  private static void unexplained(String path, JSONSchemaProps schema, List<String> found) {
    String text = schema.getDescription();
    boolean entry = path.endsWith("[]") || path.endsWith("{}");
    if (!entry && (text == null || text.length() < 10 || !text.endsWith("."))) {
      found.add(path + ": " + text);
    }
    GeneratedCrds.children(path, schema).forEach((name, child) -> unexplained(name, child, found));
  }

  private static void unbounded(String path, JSONSchemaProps schema, List<String> found) {
    boolean text =
        "string".equals(schema.getType())
            || Boolean.TRUE.equals(schema.getXKubernetesIntOrString());
    if (text && schema.getMaxLength() == null && schema.getEnum().isEmpty()) {
      found.add(path + " has no maxLength");
    }
    if ("array".equals(schema.getType()) && schema.getMaxItems() == null) {
      found.add(path + " has no maxItems");
    }
    if (schema.getAdditionalProperties() != null && schema.getMaxProperties() == null) {
      found.add(path + " has no maxProperties");
    }
    GeneratedCrds.children(path, schema)
        .forEach(
            (name, child) -> {
              if (!name.endsWith(".metadata")) {
                unbounded(name, child, found);
              }
            });
  }
}
