package io.tidegate.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PodAdmissionTest {
  private static final String PATCH =
      "[{\"op\":\"add\",\"path\":\"/metadata/annotations\",\"value\":{\"seen\":\"yes\"}}]";

  @RegisterExtension final EmbeddedApiExtension api = new EmbeddedApiExtension();

  @Test
  void aPodIsShownToTheWebhookAndStoredAsItsPatchLeavesIt() throws Exception {
    try (TestWebhook hook = new TestWebhook("hook.default.svc", r -> patched())) {
      register(hook, hook.caBundle(), "Fail");

      Pod pod = create("a", "enabled");

      assertThat(pod.getMetadata().getAnnotations()).containsEntry("seen", "yes");
      JsonObject request = hook.reviews.poll(60, TimeUnit.SECONDS).getJsonObject("request");
      assertThat(request.getString("namespace")).isEqualTo("default");
      assertThat(request.getString("operation")).isEqualTo("CREATE");
      assertThat(
              request.getJsonObject("object").getJsonObject("spec").getString("serviceAccountName"))
          .isEqualTo("default");
    }
  }

  @Test
  void aPodThatTheSelectorDoesNotWantIsNotShown() throws Exception {
    try (TestWebhook hook = new TestWebhook("hook.default.svc", r -> patched())) {
      register(hook, hook.caBundle(), "Fail");

      create("a", "disabled");

      assertThat(hook.reviews).isEmpty();
    }
  }

  @Test
  void aWebhookMayRefuse() throws Exception {
    try (TestWebhook hook =
        new TestWebhook(
            "hook.default.svc",
            r ->
                new JsonObject()
                    .put("allowed", false)
                    .put("status", new JsonObject().put("message", "not today")))) {
      register(hook, hook.caBundle(), "Ignore");

      KubernetesClientException refused =
          catchThrowableOfType(KubernetesClientException.class, () -> create("a", "enabled"));

      assertThat(refused.getCode()).isEqualTo(403);
      assertThat(EmbeddedApiExtension.message(refused))
          .isEqualTo("admission webhook \"hook.test\" denied the request: not today");
    }
  }

  @Test
  void aWebhookWithAnotherNameThanItsServiceIsNotTrusted() throws Exception {
    try (TestWebhook hook = new TestWebhook("other.default.svc", r -> patched())) {
      register(hook, hook.caBundle(), "Fail");

      KubernetesClientException refused =
          catchThrowableOfType(KubernetesClientException.class, () -> create("a", "enabled"));

      assertThat(refused.getCode()).isEqualTo(500);
      assertThat(hook.reviews).isEmpty();
    }
  }

  @Test
  void anUnreachableWebhookIsIgnoredIfItSaysSo() throws Exception {
    try (TestWebhook hook = new TestWebhook("hook.default.svc", r -> patched());
        TestWebhook stranger = new TestWebhook("hook.default.svc", r -> patched())) {
      register(hook, stranger.caBundle(), "Ignore");

      Pod pod = create("a", "enabled");

      assertThat(pod.getMetadata().getAnnotations()).isNullOrEmpty();
      assertThat(hook.reviews).isEmpty();
    }
  }

  @Test
  void aPodWithoutItsServiceAccountIsRefused() {
    Pod pod =
        new PodBuilder(pod("a", "disabled"))
            .editSpec()
            .withServiceAccountName("nobody")
            .endSpec()
            .build();

    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class,
            () -> api.client.pods().inNamespace("default").resource(pod).create());

    assertThat(EmbeddedApiExtension.message(refused))
        .contains("serviceaccount \"nobody\" not found");
  }

  private static JsonObject patched() {
    String patch = Base64.getEncoder().encodeToString(PATCH.getBytes(StandardCharsets.UTF_8));
    return new JsonObject().put("allowed", true).put("patchType", "JSONPatch").put("patch", patch);
  }

  private void register(TestWebhook hook, String caBundle, String failurePolicy) {
    api.services.put("default/hook", "127.0.0.1");
    api.client
        .resource(
            new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName("test")
                .endMetadata()
                .addNewWebhook()
                .withName("hook.test")
                .withFailurePolicy(failurePolicy)
                .withTimeoutSeconds(30)
                .withNewObjectSelector()
                .addToMatchLabels("inject", "enabled")
                .endObjectSelector()
                .addNewRule()
                .withOperations("CREATE")
                .withApiGroups("")
                .withResources("pods")
                .endRule()
                .withNewClientConfig()
                .withCaBundle(caBundle)
                .withNewService()
                .withNamespace("default")
                .withName("hook")
                .withPort(hook.port())
                .withPath("/admit")
                .endService()
                .endClientConfig()
                .endWebhook()
                .build())
        .create();
  }

  private Pod create(String name, String inject) {
    return api.client.pods().inNamespace("default").resource(pod(name, inject)).create();
  }

  private static Pod pod(String name, String inject) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("inject", inject)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("app:1")
        .endContainer()
        .endSpec()
        .build();
  }
}
