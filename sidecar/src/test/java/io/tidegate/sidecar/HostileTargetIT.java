package io.tidegate.sidecar;

import static io.tidegate.sidecar.HostileRig.ASKED;
import static io.tidegate.sidecar.HostileRig.INNER;
import static io.tidegate.sidecar.HostileRig.LAST;
import static io.tidegate.sidecar.HostileRig.LENGTH;
import static io.tidegate.sidecar.HostileRig.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods and targets that try to be read as something else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTargetIT {
  private HostileRig rig;

  @BeforeAll
  void start() throws Exception {
    rig = new HostileRig();
  }

  @BeforeEach
  void forget() {
    rig.rig.events.clear();
  }

  @AfterAll
  void stop() throws Exception {
    rig.close();
  }

  private String ask(String method, String target) throws Exception {
    return rig.raw(
        method + " " + target + " HTTP/1.1\r\nhost: a\r\n" + LAST + LENGTH + "\r\n" + ASKED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//v1/chat/completions",
        "/v1//chat/completions",
        "/v1/chat/%2e%2e/chat/completions",
        "/v1/../v1/chat/completions",
        "/v1/./chat/completions",
        "/v1/chat/..;/chat/completions",
        "/v1/chat%2fcompletions",
        "/v1/chat%252fcompletions",
        "/v1/chat/completion%73",
        "/v1/chat/completions/",
        "/v1/chat/completions;a=b",
        "/v1/chat/completions%00",
        "/v1/chat/completions%23",
        "/v1/chat/completions%3fa",
        "/V1/CHAT/COMPLETIONS",
        "/v1/v1/v1/chat/completions",
        "\\v1\\chat\\completions",
        "v1/chat/completions",
        "?x",
        "*",
        "evil.example:443"
      })
  void aPathThatIsNotExactlyOneOfOursIsA404(String path) throws Exception {
    assertThat(ask("POST", path)).startsWith("HTTP/1.1 404").contains("tidegate_unknown_path");
    assertThat(rig.onlyEvent().decision().reason()).isEqualTo(Reason.UNKNOWN_PATH);
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PATH + "#x",
        PATH + "?a#b",
        PATH + "?a\u0001b",
        PATH + "?a\u0000",
        PATH + "?a\u007f",
        PATH + "?caf\u00e9",
        "/v1/models/caf\u00e9"
      })
  void aTargetWithBytesThatATargetCannotHaveIsA400(String target) throws Exception {
    assertThat(ask("POST", target)).startsWith("HTTP/1.1 400").contains("Percent-encode");
    assertThat(rig.onlyEvent().decision().reason()).isEqualTo(Reason.MALFORMED_REQUEST);
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%00%zz", "a=\"<>'`|{}[]\\^", "", "?", "a=b&a=c", "%2e%2e%2f"})
  void aQueryReachesTheProviderAsItIs(String query) throws Exception {
    rig.far.wire.setLength(0);
    assertThat(ask("POST", PATH + "?" + query)).startsWith("HTTP/1.1 200");
    assertThat(rig.onlyEvent().outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(rig.far.wire.toString())
        .startsWith("POST " + PATH + "?" + query + " HTTP/1.1\r\n")
        .containsOnlyOnce("HTTP/1.1");
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example/v1/chat/completions",
        "HTTP://u:p@evil.example:80/v1/chat/completions",
        "http://evil.example?/v1/chat/completions",
        "https://127.0.0.1:PORT/v1/chat/completions",
        "http://127.0.0.1:PORT@evil.example/v1/chat/completions",
        "http://127.0.0.1:PORT.evil.example/v1/chat/completions",
        "http://127.0.0.1/v1/chat/completions"
      })
  void aCallForAnotherServerIsA421ThatSaysThatWeAreNoProxy(String target) throws Exception {
    assertThat(ask("POST", target.replace("PORT", "" + rig.port())))
        .startsWith("HTTP/1.1 421")
        .contains("tidegate_misdirected", "HTTP_PROXY")
        .doesNotContain("evil.example", "u:p");
    assertThat(rig.onlyEvent().decision().reason()).isEqualTo(Reason.MISDIRECTED);
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:PORT", "HTTP://LocalHost:PORT", "http://[::1]:PORT"})
  void theAbsoluteFormOfOurOwnAddressIsServed(String server) throws Exception {
    String target = server.replace("PORT", "" + rig.port()) + PATH + "?a=1";
    rig.far.wire.setLength(0);
    assertThat(ask("POST", target)).startsWith("HTTP/1.1 200");
    rig.onlyEvent();
    assertThat(rig.far.wire.toString()).startsWith("POST " + PATH + "?a=1 HTTP/1.1\r\n");
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @CsvSource({
    "TRACE,/v1/chat/completions,405",
    "OPTIONS,/v1/chat/completions,405",
    "OPTIONS,*,404",
    "post,/v1/chat/completions,405",
    "PRI,*,404",
    "PROPFIND,/v1/models,405"
  })
  void anotherMethodIsToldSoAndEchoesNothing(String method, String path, int status)
      throws Exception {
    String answer = ask(method, path);
    assertThat(answer).startsWith("HTTP/1.1 " + status).doesNotContain("max_tokens");
    rig.onlyEvent();
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @CsvSource({"evil.example:443,404", "/v1/chat/completions,405", "127.0.0.1:1,404"})
  void aTunnelIsRefusedAndWhatFollowsItIsNotRead(String target, int status) throws Exception {
    String answer = rig.raw("CONNECT " + target + " HTTP/1.1\r\nhost: a\r\n\r\n" + INNER);
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status)
        .contains("connection: close")
        .containsOnlyOnce("HTTP/1.1 ");
    rig.onlyEvent();
    rig.nothingWentThrough();
  }
}
