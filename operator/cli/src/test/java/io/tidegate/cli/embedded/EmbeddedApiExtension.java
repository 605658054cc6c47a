package io.tidegate.cli.embedded;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An embedded API per test, with a kind of its own and a clock that the test turns. */
final class EmbeddedApiExtension implements BeforeEachCallback, AfterEachCallback {
  private static final ResourceDefinitionContext GATES =
      new ResourceDefinitionContext.Builder()
          .withGroup("test.tidegate.io")
          .withVersion("v1")
          .withKind("Gate")
          .withPlural("gates")
          .withNamespaced(true)
          .build();

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  final Map<String, String> services = new ConcurrentHashMap<>();
  EmbeddedApi api;
  KubernetesClient client;

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    InstantSource clock = now::get;
    api =
        EmbeddedApi.start(
            "127.0.0.1",
            0,
            (ns, name) -> Optional.ofNullable(services.get(ns + "/" + name)),
            clock);
    client = api.client();
    try (var definition = getClass().getResourceAsStream("/embedded/gates.yaml")) {
      client.load(definition).create();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    client.close();
    api.close();
  }

  MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      gates() {
    return client.genericKubernetesResources(GATES);
  }

  /** Creates a Gate in the default namespace with this spec in YAML flow style. */
  GenericKubernetesResource gate(String name, String spec) {
    return gates().inNamespace("default").resource(unsaved(name, spec)).create();
  }

  GenericKubernetesResource unsaved(String name, String spec) {
    return Serialization.unmarshal(
        "apiVersion: test.tidegate.io/v1\nkind: Gate\nmetadata: {name: %s}\nspec: %s\n"
            .formatted(name, spec),
        GenericKubernetesResource.class);
  }

  /** The Status message of a refusal. */
  static String message(KubernetesClientException e) {
    return e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
  }
}
