package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorSettingsTest {
  @Test
  void everyDefaultIsPinned() {
    assertThat(OperatorSettings.of(Map.of("PATH", "/bin")))
        .isEqualTo(
            new OperatorSettings(
                "tidegate-system",
                "operator",
                "0.0.0.0",
                8443,
                8080,
                "https://tidegate-operator.tidegate-system.svc:8443",
                "tidegate/sidecar:0.1.0",
                List.of(),
                List.of("tidegate-system"),
                "tidegate",
                "",
                50,
                Duration.ofMillis(50),
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Duration.ofMinutes(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(15)));
  }

  @Test
  void everyKeyIsPinned() {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("TIDEGATE_NAMESPACE", "gate"),
            Map.entry("TIDEGATE_REPLICA", "gate-0"),
            Map.entry("TIDEGATE_HOST", "127.0.0.1"),
            Map.entry("TIDEGATE_TLS_PORT", "0"),
            Map.entry("TIDEGATE_ADMIN_PORT", "1"),
            Map.entry("TIDEGATE_OPERATOR_URL", "https://gate:1"),
            Map.entry("TIDEGATE_SIDECAR_IMAGE", "a/b:1"),
            Map.entry("TIDEGATE_TRUSTED_SIDECAR_IMAGES", "c/d, e/f:2"),
            Map.entry("TIDEGATE_SECRET_NAMESPACES", "gate,keys"),
            Map.entry("TIDEGATE_WEBHOOK_CONFIGURATION", "hook"),
            Map.entry("TIDEGATE_CERTIFICATE_SECRET", "cert"),
            Map.entry("TIDEGATE_TOKEN_REVIEW_CONCURRENCY", "7"),
            Map.entry("TIDEGATE_DEBOUNCE_QUIET_MILLIS", "5"),
            Map.entry("TIDEGATE_DEBOUNCE_MOST_MILLIS", "6"),
            Map.entry("TIDEGATE_PING_INTERVAL_MILLIS", "1000"),
            Map.entry("TIDEGATE_STREAM_AGE_MILLIS", "2000"),
            Map.entry("TIDEGATE_STATUS_INTERVAL_MILLIS", "100"),
            Map.entry("TIDEGATE_LEASE_DURATION_MILLIS", "3000"));
    assertThat(OperatorSettings.of(environment))
        .isEqualTo(
            new OperatorSettings(
                "gate",
                "gate-0",
                "127.0.0.1",
                0,
                1,
                "https://gate:1",
                "a/b:1",
                List.of("c/d", "e/f:2"),
                List.of("gate", "keys"),
                "hook",
                "cert",
                7,
                Duration.ofMillis(5),
                Duration.ofMillis(6),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofMillis(100),
                Duration.ofSeconds(3)));
  }

  @Test
  void theUrlAndTheSecretsFollowTheNamespace() {
    OperatorSettings settings = OperatorSettings.of(Map.of("TIDEGATE_NAMESPACE", "gate"));
    assertThat(settings.operatorUrl()).isEqualTo("https://tidegate-operator.gate.svc:8443");
    assertThat(settings.secretNamespaces()).containsExactly("gate");
  }

  @Test
  void anUnknownKeyStopsTheStartAndIsNamedWithTheKnownOnes() {
    assertThatThrownBy(() -> OperatorSettings.of(Map.of("TIDEGATE_TSL_PORT", "8443")))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageContaining("TIDEGATE_TSL_PORT is not a setting")
        .hasMessageContaining("TIDEGATE_TLS_PORT");
  }

  @Test
  void everyBadValueIsNamedAtOnce() {
    Map<String, String> environment =
        Map.of("TIDEGATE_TLS_PORT", "many", "TIDEGATE_TOKEN_REVIEW_CONCURRENCY", "0");
    assertThatThrownBy(() -> OperatorSettings.of(environment))
        .hasMessageContaining("TIDEGATE_TLS_PORT is 'many', but must be a whole number")
        .hasMessageContaining(
            "TIDEGATE_TOKEN_REVIEW_CONCURRENCY is '0', but must be a whole number from 1 to 1000");
  }

  /** Every change would have waited for the longer of the two, which is meant as the shorter. */
  @Test
  void aQuietThatIsLongerThanTheLongestBurstIsRefusedWithBothNames() {
    Map<String, String> environment = Map.of("TIDEGATE_DEBOUNCE_QUIET_MILLIS", "501");
    assertThatThrownBy(() -> OperatorSettings.of(environment))
        .hasMessage(
            "TIDEGATE_DEBOUNCE_QUIET_MILLIS is '501', but must not be above"
                + " TIDEGATE_DEBOUNCE_MOST_MILLIS, which is '500'");
    assertThat(OperatorSettings.of(Map.of("TIDEGATE_DEBOUNCE_QUIET_MILLIS", "500")).debounceQuiet())
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void theKubeletsServiceLinksAreNotTakenForSettings() {
    Map<String, String> links =
        Map.of(
            "TIDEGATE_OPERATOR_SERVICE_HOST", "10.0.0.1",
            "TIDEGATE_OPERATOR_SERVICE_PORT_TLS", "8443",
            "TIDEGATE_OPERATOR_PORT", "tcp://10.0.0.1:8443",
            "TIDEGATE_OPERATOR_PORT_8443_TCP_ADDR", "10.0.0.1");
    assertThat(OperatorSettings.of(links)).isEqualTo(OperatorSettings.of(Map.of()));
  }
}
