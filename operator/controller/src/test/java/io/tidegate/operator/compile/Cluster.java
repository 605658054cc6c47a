package io.tidegate.operator.compile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.compile.ResourceView.NamespaceView;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.compile.ResourceView.ServiceAccountView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;

/** Builds views from short YAML. */
public final class Cluster {
  public static final String OPERATOR = "tidegate-system";
  private final Set<String> granted = new HashSet<>(Set.of(OPERATOR));
  private final List<HasMetadata> objects = new ArrayList<>();
  private final List<NamespaceView> namespaces = new ArrayList<>();
  private final List<ServiceAccountView> accounts = new ArrayList<>();
  private final List<PodView> pods = new ArrayList<>();
  private final Map<ObjectKey, Map<String, String>> configMaps = new HashMap<>();
  private final Set<ObjectKey> refused = new HashSet<>();
  private final Map<ObjectKey, Set<String>> secrets = new HashMap<>();

  /** A provider that needs nothing else, {@code OpenAICompatible}, with priced model {@code m}. */
  public Cluster provider(String namespace, String name) {
    return provider(namespace, name, "");
  }

  public Cluster provider(String namespace, String name, String more) {
    return add(
        ModelProvider.class,
        namespace,
        name,
        "{type: OpenAICompatible, endpoint: 'https://p.example/v1', models: [{name: m,"
            + " maxOutputTokens: 1000, price:"
            + " {inputPerMillionTokens: '1', outputPerMillionTokens: '2'}}]"
            + more
            + "}");
  }

  public Cluster providerSpec(String namespace, String name, String spec) {
    return add(ModelProvider.class, namespace, name, spec);
  }

  public Cluster anthropic(String namespace, String name) {
    secrets.put(new ObjectKey(namespace, "key"), Set.of("apiKey"));
    return add(
        ModelProvider.class,
        namespace,
        name,
        "{type: Anthropic, credentials: {apiKey: {secretRef: {name: key}}}, models: [{name: m}]}");
  }

  public Cluster route(String namespace, String name, String spec) {
    return add(ModelRoute.class, namespace, name, spec);
  }

  /** One rule for every call with one target, {@code m} of the provider. */
  public Cluster routeTo(String namespace, String name, String provider) {
    return route(
        namespace,
        name,
        "{rules: [{name: all, targets: [{provider: " + provider + ", model: m}]}]}");
  }

  public Cluster budget(String namespace, String name, String spec) {
    return add(TenantBudget.class, namespace, name, spec);
  }

  public Cluster prompt(String namespace, String name, String more) {
    return add(PromptVersion.class, namespace, name, "{prompt: p, version: v1, " + more + "}");
  }

  /** Each object is within its bounds, and a route attaches them all: more than a sidecar takes. */
  public Cluster tooLarge(String namespace, String provider, String more) {
    String message = "{role: system, content: " + "x".repeat(32_000) + "}, ";
    StringJoiner rules = new StringJoiner(", ");
    for (int i = 0; i < 5; i++) {
      prompt(namespace, "long-" + i, "messages: [" + message.repeat(32) + "]");
      rules.add(
          "{name: r%d, match: {tenants: [t%d]}, prompt: {promptVersion: long-%d}, targets: [{provider: %s, model: m}]}"
              .formatted(i, i, i, provider));
    }
    return route(namespace, "r", "{" + more + "rules: [" + rules + "]}");
  }

  public Cluster profile(String namespace, String name, String spec) {
    return add(SidecarProfile.class, namespace, name, spec);
  }

  public Cluster namespace(String name, Map<String, String> labels) {
    namespaces.add(new NamespaceView(name, labels));
    return this;
  }

  public Cluster account(String namespace, String name, Map<String, String> labels) {
    accounts.add(new ServiceAccountView(namespace, name, labels));
    return this;
  }

  public Cluster pod(String namespace, String name) {
    return pod(namespace, name, Map.of());
  }

  public Cluster pod(String namespace, String name, Map<String, String> labels) {
    return pod(namespace, name, "app", labels, PodView.Phase.Running);
  }

  public Cluster pod(
      String namespace,
      String name,
      String owner,
      Map<String, String> labels,
      PodView.Phase phase) {
    pods.add(
        new PodView(
            "uid-" + name,
            namespace,
            name,
            labels,
            "default",
            "Deployment",
            owner,
            phase,
            phase == PodView.Phase.Running ? Instant.EPOCH : null));
    return this;
  }

  public Cluster secret(String namespace, String name, String key) {
    secrets.put(new ObjectKey(namespace, name), Set.of(key));
    return this;
  }

  public Cluster configMap(String namespace, String name, Map<String, String> data) {
    configMaps.put(new ObjectKey(namespace, name), data);
    return this;
  }

  /** A ConfigMap that the operator may not read. */
  public Cluster refusedConfigMap(String namespace, String name) {
    refused.add(new ObjectKey(namespace, name));
    return this;
  }

  public Cluster grant(String namespace) {
    granted.add(namespace);
    return this;
  }

  /** An object as a file has it. */
  Cluster add(HasMetadata object) {
    objects.add(object);
    return this;
  }

  private Cluster add(
      Class<? extends HasMetadata> type, String namespace, String name, String spec) {
    HasMetadata object =
        Serialization.unmarshal(
            "metadata: {namespace: "
                + namespace
                + ", name: "
                + name
                + ", generation: 1}\nspec: "
                + spec,
            type);
    objects.add(object);
    return this;
  }

  public ResourceView view() {
    return new ResourceView(
        OPERATOR,
        granted,
        all(ModelProvider.class),
        all(ModelRoute.class),
        all(TenantBudget.class),
        all(PromptVersion.class),
        all(SidecarProfile.class),
        namespaces,
        accounts,
        pods,
        configMaps,
        refused,
        secrets);
  }

  public Cluster shuffled(long seed) {
    Collections.shuffle(objects, new Random(seed));
    Collections.shuffle(pods, new Random(seed));
    return this;
  }

  public Compilation compile() {
    return new PolicyCompiler().compile(view());
  }

  private <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
