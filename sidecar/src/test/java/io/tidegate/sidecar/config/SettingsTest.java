package io.tidegate.sidecar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void everyKeyIsPinned() {
    assertThat(Arrays.stream(Setting.values()).map(Enum::name))
        .containsExactly(
            "TIDEGATE_NAMESPACE",
            "TIDEGATE_POD",
            "TIDEGATE_OPERATOR_URL",
            "TIDEGATE_CA_PEM",
            "TIDEGATE_CA_FILE",
            "TIDEGATE_TOKEN_FILE",
            "TIDEGATE_STATE_DIR",
            "TIDEGATE_CREDENTIALS_DIR",
            "TIDEGATE_CONFIG_FILE",
            "TIDEGATE_LISTEN",
            "TIDEGATE_ADMIN_LISTEN",
            "TIDEGATE_HOSTS_FILE",
            "TIDEGATE_DRAIN_SECONDS");
    assertThat(Arrays.stream(Setting.values()).map(Setting::doc)).doesNotHaveDuplicates();
  }

  @Test
  void everyDefaultIsPinned() {
    assertThat(Settings.from(Map.of("PATH", "/bin")))
        .isEqualTo(
            new Settings(
                "",
                "",
                URI.create("https://tidegate-operator.tidegate-system.svc:8443"),
                "",
                Path.of("/etc/tidegate/ca/ca.crt"),
                Path.of("/var/run/secrets/tidegate/token"),
                Path.of("/var/lib/tidegate"),
                Path.of("/var/run/tidegate/credentials"),
                null,
                new ListenAddress("127.0.0.1", 4100),
                new ListenAddress("0.0.0.0", 4101),
                Path.of("/etc/hosts"),
                Duration.ofSeconds(25)));
  }

  @Test
  void everyKeyIsRead() {
    Map<String, String> environment = new HashMap<>();
    environment.put("TIDEGATE_NAMESPACE", "support");
    environment.put("TIDEGATE_POD", "desk-1");
    environment.put("TIDEGATE_OPERATOR_URL", "https://localhost:9443");
    environment.put("TIDEGATE_CA_PEM", "-----BEGIN");
    environment.put("TIDEGATE_CA_FILE", "/a");
    environment.put("TIDEGATE_TOKEN_FILE", "/b");
    environment.put("TIDEGATE_STATE_DIR", "/c");
    environment.put("TIDEGATE_CREDENTIALS_DIR", "/d");
    environment.put("TIDEGATE_CONFIG_FILE", "/e");
    environment.put("TIDEGATE_LISTEN", "[::1]:0");
    environment.put("TIDEGATE_ADMIN_LISTEN", "127.0.0.1:1");
    environment.put("TIDEGATE_HOSTS_FILE", "/f");
    environment.put("TIDEGATE_DRAIN_SECONDS", "0");
    assertThat(environment).hasSize(Setting.values().length);
    assertThat(Settings.from(environment))
        .isEqualTo(
            new Settings(
                "support",
                "desk-1",
                URI.create("https://localhost:9443"),
                "-----BEGIN",
                Path.of("/a"),
                Path.of("/b"),
                Path.of("/c"),
                Path.of("/d"),
                Path.of("/e"),
                new ListenAddress("::1", 0),
                new ListenAddress("127.0.0.1", 1),
                Path.of("/f"),
                Duration.ZERO));
  }

  @Test
  void anUnknownKeyStopsTheStartAndTheKnownOnesAreNamed() {
    assertThatThrownBy(() -> Settings.from(Map.of("TIDEGATE_LISTN", "x")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("TIDEGATE_LISTN")
        .hasMessageContaining("TIDEGATE_LISTEN, TIDEGATE_ADMIN_LISTEN");
  }

  @Test
  void theServiceLinksThatTheKubeletAddsAreNoSettings() {
    Settings.from(
        Map.of(
            "TIDEGATE_OPERATOR_SERVICE_HOST", "10.0.0.1",
            "TIDEGATE_OPERATOR_SERVICE_PORT", "8443",
            "TIDEGATE_OPERATOR_SERVICE_PORT_HTTPS", "8443",
            "TIDEGATE_OPERATOR_PORT", "tcp://10.0.0.1:8443",
            "TIDEGATE_OPERATOR_PORT_8443_TCP", "tcp://10.0.0.1:8443",
            "TIDEGATE_OPERATOR_PORT_8443_TCP_ADDR", "10.0.0.1"));
    assertThatThrownBy(() -> Settings.from(Map.of("TIDEGATE_PORT", "4100")))
        .isInstanceOf(InvalidSettings.class);
  }

  @ParameterizedTest
  @CsvSource({
    "TIDEGATE_LISTEN, 4100",
    "TIDEGATE_LISTEN, localhost:x",
    "TIDEGATE_LISTEN, ::1:4100",
    "TIDEGATE_LISTEN, 127.0.0.1:65536",
    "TIDEGATE_OPERATOR_URL, http://operator",
    "TIDEGATE_OPERATOR_URL, https://user:pw@operator",
    "TIDEGATE_OPERATOR_URL, https://operator/path",
    "TIDEGATE_OPERATOR_URL, 'https://a b'",
    "TIDEGATE_DRAIN_SECONDS, -1",
    "TIDEGATE_DRAIN_SECONDS, 3601",
    "TIDEGATE_DRAIN_SECONDS, 1.5"
  })
  void aWrongFormIsNamedWithItsKeyAndWhatItTakes(String key, String value) {
    assertThatThrownBy(() -> Settings.from(Map.of(key, value)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(key)
        .hasMessageContaining("it takes: " + Setting.valueOf(key).form());
  }

  @Test
  void anEmptyOperatorUrlMeansNoOperator() {
    assertThat(Settings.from(Map.of("TIDEGATE_OPERATOR_URL", "")).operatorUrl()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:4100", "[::1]:0"})
  void anAddressIsWrittenAsItIsRead(String text) {
    assertThat(ListenAddress.parse(text)).hasToString(text);
  }
}
