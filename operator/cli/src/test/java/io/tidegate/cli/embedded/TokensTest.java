package io.tidegate.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TokensTest {
  @RegisterExtension final EmbeddedApiExtension api = new EmbeddedApiExtension();
  private Pod pod;

  @BeforeEach
  void createPod() {
    pod =
        api.client
            .pods()
            .inNamespace("default")
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName("web")
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withName("app")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
  }

  @Test
  void aTokenNamesItsPodToItsAudience() {
    TokenReviewStatus status = review(token("tidegate-operator"), "tidegate-operator");

    assertThat(status.getAuthenticated()).isTrue();
    assertThat(status.getAudiences()).containsExactly("tidegate-operator");
    assertThat(status.getUser().getUsername()).isEqualTo("system:serviceaccount:default:default");
    assertThat(status.getUser().getExtra())
        .containsEntry("authentication.kubernetes.io/pod-name", List.of("web"))
        .containsEntry("authentication.kubernetes.io/pod-uid", List.of(pod.getMetadata().getUid()));
  }

  @Test
  void aTokenForAnotherAudienceIsNobodys() {
    assertThat(review(token("vault"), "tidegate-operator").getAuthenticated()).isFalse();
  }

  @Test
  void anExpiredTokenIsNobodys() {
    String token = token("tidegate-operator");
    api.now.updateAndGet(t -> t.plus(Duration.ofHours(1)));

    TokenReviewStatus status = review(token, "tidegate-operator");

    assertThat(status.getAuthenticated()).isFalse();
    assertThat(status.getError()).contains("expired");
  }

  @Test
  void aTokenDiesWithItsPod() {
    String token = token("tidegate-operator");
    api.client.resource(pod).delete();

    assertThat(review(token, "tidegate-operator").getAuthenticated()).isFalse();
  }

  @Test
  void aTokenThatSomebodyChangedIsNobodys() {
    String token = token("tidegate-operator");
    String payload = token.split("\\.", -1)[1];
    String changed = token.replace(payload, payload.substring(0, payload.length() - 3) + "AAA");

    assertThat(review(changed, "tidegate-operator").getAuthenticated()).isFalse();
    assertThat(review("no-token", "tidegate-operator").getAuthenticated()).isFalse();
  }

  private String token(String audience) {
    return api.client
        .serviceAccounts()
        .inNamespace("default")
        .withName("default")
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience)
                .withExpirationSeconds(600L)
                .withNewBoundObjectRef()
                .withKind("Pod")
                .withApiVersion("v1")
                .withName("web")
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  private TokenReviewStatus review(String token, String audience) {
    return api.client
        .tokenReviews()
        .create(
            new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(audience)
                .endSpec()
                .build())
        .getStatus();
  }
}
