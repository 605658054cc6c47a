package io.tidegate.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedApiTest {
  /** What an API server adds to errors of structure. */
  private static final String RULES_NOT_CHECKED =
      "<nil>: Invalid value: null: some validation rules were not checked because the object was"
          + " invalid; correct the existing errors to complete validation";

  @RegisterExtension final EmbeddedApiExtension api = new EmbeddedApiExtension();

  @Test
  void defaultsAreWrittenAtEveryLevel() {
    GenericKubernetesResource gate = api.gate("a", "{targets: [{name: x}]}");

    assertThat(gate.<String>get("spec", "mode")).isEqualTo("Slow");
    assertThat(gate.<Integer>get("spec", "limits", "retries")).isEqualTo(3);
    assertThat(gate.<Integer>get("spec", "targets", 0, "weight")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{mode: Slow} | spec.targets: Required value",
        "{targets: []} | spec.targets: Invalid value: 0: spec.targets in body should have at least"
            + " 1 items",
        "{targets: [{weight: 2}]} | spec.targets[0].name: Required value",
        "{targets: [{name: a}, {name: a}]} | spec.targets[1]: Duplicate value: {\"name\":\"a\"}",
        "{targets: [{name: a}], mode: Quick} | spec.mode: Unsupported value: \"Quick\": supported"
            + " values: \"Fast\", \"Slow\"",
        "{targets: [{name: a}], width: 11} | spec.width: Invalid value: 11: spec.width in body"
            + " should be less than or equal to 10",
        "{targets: [{name: a}], width: wide} | spec.width: Invalid value: \"string\": spec.width in"
            + " body must be of type integer: \"string\"",
        "{targets: [{name: a}], label: A} | spec.label: Invalid value: \"A\": spec.label in body"
            + " should match '^[a-z]+$'",
        "{targets: [{name: a}], label: abcdefghi} | spec.label: Too long: may not be more than 8"
            + " bytes",
        "{targets: [{name: a}], tags: {a: b, c: d, e: f}} | spec.tags: Too many: 3: must have at"
            + " most 2 items",
        "{targets: [{name: a}, {name: b}, {name: c}], mode: Fast} | spec: Invalid value:"
            + " \"object\": a fast gate has at most two targets",
        "{targets: [{name: a}], namespace: kube-system} | spec: Invalid value: \"object\": not"
            + " there",
      })
  void aBadObjectIsRefusedWithTheFieldsPath(String spec, String message) {
    KubernetesClientException refused =
        catchThrowableOfType(KubernetesClientException.class, () -> api.gate("bad", spec));

    assertThat(refused.getCode()).isEqualTo(422);
    boolean ofStructure = !message.contains("Invalid value") || message.contains("of type");
    boolean hidesRules = ofStructure && !message.contains("Duplicate");
    assertThat(EmbeddedApiExtension.message(refused))
        .isEqualTo(
            "Gate.test.tidegate.io \"bad\" is invalid: "
                + (hidesRules ? "[" + message + ", " + RULES_NOT_CHECKED + "]" : message));
    assertThat(api.gates().inAnyNamespace().list().getItems()).isEmpty();
  }

  @Test
  void aNameIsJudgedAlikeWhateverTheKind() {
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("a..b")
            .withNamespace("default")
            .endMetadata()
            .build();

    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class, () -> api.client.resource(map).create());

    assertThat(refused.getCode()).isEqualTo(422);
    assertThat(EmbeddedApiExtension.message(refused))
        .startsWith("ConfigMap \"a..b\" is invalid: metadata.name: Invalid value");
    assertThat(refused.getStatus().getDetails().getCauses())
        .extracting(StatusCause::getField)
        .containsExactly("metadata.name");
  }

  @Test
  void anUnknownFieldIsRefusedWithItsPath() {
    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class,
            () -> api.gate("bad", "{targets: [{name: a, wieght: 3}]}"));

    assertThat(refused.getCode()).isEqualTo(400);
    assertThat(EmbeddedApiExtension.message(refused))
        .isEqualTo("strict decoding error: unknown field \"spec.targets[0].wieght\"");
  }

  @Test
  void aTransitionRuleSeesTheStoredObject() {
    api.gate("a", "{targets: [{name: x}], key: one}");

    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class,
            () ->
                api.gates()
                    .inNamespace("default")
                    .resource(api.unsaved("a", "{targets: [{name: x}], key: two}"))
                    .update());

    assertThat(EmbeddedApiExtension.message(refused))
        .contains("spec.key: Invalid value: \"string\": key is immutable");
  }

  @Test
  void aPatchIsValidatedAsTheObjectThatItMakes() {
    api.gate("a", "{targets: [{name: x}]}");
    var gate = api.gates().inNamespace("default").withName("a");

    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class,
            () ->
                gate.edit(
                    g -> {
                      g.<Map<String, Object>>get("spec").put("width", 99);
                      return g;
                    }));

    assertThat(refused.getCode()).isEqualTo(422);
    assertThat(gate.get().getMetadata().getGeneration()).isEqualTo(1);
  }

  @Test
  void statusIsWrittenApartFromSpec() {
    GenericKubernetesResource gate = api.gate("a", "{targets: [{name: x}]}");
    gate.setAdditionalProperty("status", Map.of("seen", 4));
    gate.<Map<String, Object>>get("spec").put("width", 5);

    api.gates().inNamespace("default").resource(gate).updateStatus();

    GenericKubernetesResource stored = api.gates().inNamespace("default").withName("a").get();
    assertThat(stored.<Integer>get("status", "seen")).isEqualTo(4);
    assertThat(stored.<Object>get("spec", "width")).isNull();
    assertThat(stored.getMetadata().getGeneration()).isEqualTo(1);
  }

  @Test
  void aWriteOnAnOldResourceVersionConflicts() {
    GenericKubernetesResource old = api.gate("a", "{targets: [{name: x}]}");
    api.gates()
        .inNamespace("default")
        .resource(api.unsaved("a", "{targets: [{name: y}]}"))
        .update();

    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class,
            () -> api.gates().inNamespace("default").resource(old).lockResourceVersion().update());

    assertThat(refused.getCode()).isEqualTo(409);
  }

  @Test
  void aWatchSeesWhatAnotherClientWrites() throws Exception {
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (KubernetesClient other = api.api.client();
        var watch = api.gates().inAnyNamespace().watch(recorder(seen))) {
      assertThat(watch).isNotNull();
      assertThat(other).isNotNull();
      api.gate("a", "{targets: [{name: x}]}");
      api.gates().inNamespace("default").withName("a").delete();

      assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("ADDED a");
      assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("DELETED a");
    }
  }

  @Test
  void aNamespaceComesWithItsServiceAccountAndTakesItsContentAlong() {
    api.client.resource(namespace("shop")).create();
    assertThat(api.client.serviceAccounts().inNamespace("shop").withName("default").get())
        .isNotNull();
    api.gates().inNamespace("shop").resource(api.unsaved("a", "{targets: [{name: x}]}")).create();

    api.client.namespaces().withName("shop").delete();

    assertThat(api.client.serviceAccounts().inNamespace("shop").list().getItems()).isEmpty();
  }

  @Test
  void anObjectInNoNamespaceIsRefused() {
    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class,
            () ->
                api.gates()
                    .inNamespace("nowhere")
                    .resource(api.unsaved("a", "{targets: [{name: x}]}"))
                    .create());

    assertThat(EmbeddedApiExtension.message(refused)).isEqualTo("namespaces \"nowhere\" not found");
  }

  @Test
  void nobodyWithoutTheTokenGetsIn() {
    try (KubernetesClient stranger =
        new KubernetesClientBuilder()
            .withConfig(
                new io.fabric8.kubernetes.client.ConfigBuilder(api.api.config())
                    .withOauthToken("guess")
                    .build())
            .build()) {
      KubernetesClientException refused =
          catchThrowableOfType(
              KubernetesClientException.class, () -> stranger.secrets().inAnyNamespace().list());

      assertThat(refused.getCode()).isEqualTo(401);
    }
  }

  @Test
  void concurrentWritersLoseNothing() {
    api.gate("a", "{targets: [{name: x}], tags: {n: '0'}}");
    CompletableFuture<?>[] all =
        IntStream.range(0, 8)
            .mapToObj(
                i -> CompletableFuture.runAsync(() -> api.gate("w" + i, "{targets: [{name: x}]}")))
            .toArray(CompletableFuture<?>[]::new);

    CompletableFuture.allOf(all).orTimeout(60, TimeUnit.SECONDS).join();

    assertThat(api.gates().inAnyNamespace().list().getItems()).hasSize(9);
  }

  private static io.fabric8.kubernetes.api.model.Namespace namespace(String name) {
    return new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  private static Watcher<GenericKubernetesResource> recorder(LinkedBlockingQueue<String> seen) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, GenericKubernetesResource resource) {
        seen.add(action + " " + resource.getMetadata().getName());
      }

      @Override
      public void onClose(WatcherException cause) {
        seen.add("CLOSED " + cause.getMessage());
      }
    };
  }
}
