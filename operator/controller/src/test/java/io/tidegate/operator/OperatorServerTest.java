package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorServerTest {
  private static OperatorSettings at(String host) {
    return OperatorSettings.of(
        Map.of("TIDEGATE_HOST", host, "TIDEGATE_OPERATOR_URL", "https://op.test:8443"));
  }

  /** A webhook that is registered by URL is called by the address that the operator listens on. */
  @Test
  void theCertificateNamesTheAddressThatCallersUse() {
    assertThat(OperatorServer.names(at("127.77.0.1")))
        .containsExactlyInAnyOrder("op.test", "127.77.0.1");
    assertThat(OperatorServer.names(at("op.test"))).containsExactly("op.test");
    assertThat(OperatorServer.names(at("0.0.0.0"))).containsExactly("op.test");
    assertThat(OperatorServer.names(at("::"))).containsExactly("op.test");
  }
}
