package io.tidegate.sidecar.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.vertx.core.net.SocketAddress;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadCheckTest {
  private static final SocketAddress HERE = SocketAddress.inetSocketAddress(4100, "10.1.2.3");

  @Provide
  Arbitrary<String> targets() {
    return Arbitraries.of(
            "/", "v1", "?", "#", " ", "\r\n", "\u0000", "\u007f", "\u00e9", "\ud800", "%", "@", ":")
        .list()
        .ofMaxSize(6)
        .map(pieces -> String.join("", pieces))
        .flatMap(
            tail ->
                Arbitraries.of(
                        "", "/v1/x", "http://", "https://", "HTTP://10.1.2.3:4100", "x://", "://")
                    .map(head -> head + tail));
  }

  @Property(tries = 500)
  void aTargetThatPassesHasNothingThatEndsALineAndNamesNobodyElse(
      @ForAll("targets") String target) {
    Refusal fault = HeadCheck.ofTarget(target, HERE);
    if (fault == null) {
      assertThat(target).matches("[!-~&&[^#]]+");
      assertThat(target)
          .satisfiesAnyOf(
              passed -> assertThat(passed).startsWith("/"),
              passed -> assertThat(passed).doesNotContain("://"),
              passed -> assertThat(passed).startsWith("://"),
              passed -> assertThat(passed).matches("(?i)http://10\\.1\\.2\\.3:4100([/?].*)?"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:4100/v1,true",
    "http://127.0.0.1:4100?x,true",
    "http://[::1]:4100/,true",
    "http://10.1.2.3:4100,true",
    "http://10.1.2.3:4101/v1,false",
    "http://10.1.2.3/v1,false",
    "https://10.1.2.3:4100/v1,false",
    "http://a@10.1.2.3:4100/v1,false",
    "http://10.1.2.3:4100.evil/v1,false"
  })
  void onlyOurOwnAddressIsServedInAbsoluteForm(String target, boolean ours) {
    Refusal fault = HeadCheck.ofTarget(target, HERE);
    assertThat(fault == null).isEqualTo(ours);
    if (!ours) {
      assertThat(fault.reason()).isEqualTo(Reason.MISDIRECTED);
    }
  }
}
