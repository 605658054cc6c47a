package io.tidegate.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProjectedTest {
  private static Map<String, String> values(String name, String type) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withType(type)
            .addToData("apiKey", "c2VjcmV0")
            .build();
    return Projected.secret(secret, Set.of("ours"));
  }

  @Test
  void aSecretsValuesAreDecoded() {
    assertThat(values("theirs", "Opaque")).isEqualTo(Map.of("apiKey", "secret"));
    assertThat(values("theirs", null)).isEqualTo(Map.of("apiKey", "secret"));
  }

  @Test
  void keysOfCertificatesTokensAndOurOwnAreNeverHandedOut() {
    assertThat(values("ours", "Opaque")).isEmpty();
    assertThat(values("theirs", "kubernetes.io/tls")).isEmpty();
    assertThat(values("theirs", "kubernetes.io/service-account-token")).isEmpty();
  }
}
