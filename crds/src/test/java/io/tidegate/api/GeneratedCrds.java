package io.tidegate.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The CRDs as they follow from the annotated types, with what the generator cannot say. */
final class GeneratedCrds {
  static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          ModelProvider.class,
          ModelRoute.class,
          TenantBudget.class,
          PromptVersion.class,
          SidecarProfile.class);

  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "ModelProvider",
          "Where models live: an endpoint that speaks one dialect, its credentials, its models.",
          "ModelRoute",
          "Which call goes to which model, and what happens when that fails.",
          "TenantBudget",
          "How much a subject may spend or use for each window.",
          "PromptVersion",
          "One immutable version of a prompt: messages, typed variables, parameters.",
          "SidecarProfile",
          "How sidecars are injected and run: identity, request limits, unclaimed calls.");

  /** What {@code kubectl explain KIND.spec} begins with. */
  private static final Map<String, String> SPECS =
      Map.of(
          "ModelProvider",
          "An endpoint that models are called at, the key to it, who may use it, and its models"
              + " with limits and prices. Routes name it as a target.",
          "ModelRoute",
          "Which calls of which workloads go to which models: the first rule that matches a call"
              + " decides, with its targets, limits, prompt, retries and fallback.",
          "TenantBudget",
          "How much a tenant, user, workflow or other subject may spend or use for each window. A"
              + " call that does not fit is refused before it leaves.",
          "PromptVersion",
          "Messages, typed variables and parameters that a route puts into its calls. They never"
              + " change: another version is another object.",
          "SidecarProfile",
          "How pods with the label tidegate.io/profile of this name get their sidecar, and what it"
              + " does with a call: identity, request limits, unclaimed calls. The name default is"
              + " for pods without the label.");

  private static final Map<String, String> LIST_KEYS =
      Map.of("conditions", "type", "identity", "field");
  private static final List<String> TIMES = List.of("lastTransitionTime", "resetsAt");

  private GeneratedCrds() {}

  /** File name to YAML. */
  static Map<String, String> yaml() throws IOException {
    Map<String, ByteArrayOutputStream> files = new TreeMap<>();
    new CRDGenerator()
        .customResourceClasses(KINDS)
        .forCRDVersions("v1")
        .withPostProcessor(new Completion())
        .withOutput(new InMemory(files))
        .generate();
    Map<String, String> yaml = new TreeMap<>();
    files.forEach(
        (name, bytes) -> yaml.put(name + ".yaml", bytes.toString(StandardCharsets.UTF_8)));
    return yaml;
  }

  static List<CustomResourceDefinition> crds() throws IOException {
    return yaml().values().stream()
        .map(text -> Serialization.unmarshal(text, CustomResourceDefinition.class))
        .toList();
  }

  static int place(CustomResourceColumnDefinition column) {
    List<String> first = List.of("Accepted", "Programmed", "Reason");
    List<String> last = List.of("Age", "Ready", "Message");
    int end = last.indexOf(column.getName());
    int begin = first.indexOf(column.getName());
    return end >= 0 ? first.size() + 1 + end : begin >= 0 ? begin : first.size();
  }

  static CustomResourceDefinition complete(CustomResourceDefinition crd) {
    for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
      JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
      root.setRequired(List.of("spec"));
      root.setDescription(DESCRIPTIONS.get(crd.getSpec().getNames().getKind()));
      root.getProperties()
          .get("spec")
          .setDescription(SPECS.get(crd.getSpec().getNames().getKind()));
      root.getProperties()
          .get("status")
          .setDescription("What the operator says of the object; nobody else writes it.");
      version.setAdditionalPrinterColumns(
          version.getAdditionalPrinterColumns().stream()
              .sorted(Comparator.comparingInt(GeneratedCrds::place))
              .toList());
      complete("", root);
    }
    return crd;
  }

  private static void complete(String name, JSONSchemaProps schema) {
    if (schema.getItems() != null) {
      JSONSchemaProps items = schema.getItems().getSchema();
      listType(name, schema, items);
      complete("", items);
    }
    if (schema.getAdditionalProperties() != null) {
      complete("", schema.getAdditionalProperties().getSchema());
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach(GeneratedCrds::complete);
    }
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      schema.setMaxLength(32L);
      schema.setPattern(Patterns.QUANTITY);
    }
    if (TIMES.contains(name)) {
      schema.setFormat("date-time");
    }
  }

  /** Named entries and plain values are unique; everything else is one value as a whole. */
  private static void listType(String name, JSONSchemaProps list, JSONSchemaProps items) {
    String key = LIST_KEYS.getOrDefault(name, "name");
    if (items.getRequired() != null && items.getRequired().contains(key)) {
      list.setXKubernetesListType("map");
      list.setXKubernetesListMapKeys(List.of(key));
    } else {
      list.setXKubernetesListType("object".equals(items.getType()) ? "atomic" : "set");
    }
  }

  static JSONSchemaProps schema(CustomResourceDefinition crd) {
    return crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
  }

  static Stream<ValidationRule> rules(JSONSchemaProps schema) {
    return Stream.concat(
        schema.getXKubernetesValidations().stream(),
        children("", schema).values().stream().flatMap(GeneratedCrds::rules));
  }

  static Map<String, JSONSchemaProps> children(String path, JSONSchemaProps schema) {
    Map<String, JSONSchemaProps> children = new TreeMap<>();
    if (schema.getProperties() != null) {
      schema.getProperties().forEach((name, child) -> children.put(path + "." + name, child));
    }
    if (schema.getItems() != null) {
      children.put(path + "[]", schema.getItems().getSchema());
    }
    if (schema.getAdditionalProperties() != null) {
      children.put(path + "{}", schema.getAdditionalProperties().getSchema());
    }
    return children;
  }

  /** A default as the plain value that YAML would give. */
  static Object plain(JsonNode value) {
    return Serialization.unmarshal(Serialization.asJson(value), Object.class);
  }

  private static final class Completion implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata crd, String version) {
      return complete((CustomResourceDefinition) crd);
    }
  }

  private static final class InMemory
      extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
    private final Map<String, ByteArrayOutputStream> files;

    InMemory(Map<String, ByteArrayOutputStream> files) {
      this.files = files;
    }

    @Override
    protected ByteArrayOutputStream createStreamFor(String crdName) {
      return files.computeIfAbsent(crdName, any -> new ByteArrayOutputStream());
    }
  }
}
