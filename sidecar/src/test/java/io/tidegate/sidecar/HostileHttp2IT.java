package io.tidegate.sidecar;

import static io.tidegate.sidecar.HostileRig.ASKED;
import static io.tidegate.sidecar.HostileRig.PATH;
import static io.tidegate.sidecar.HostileRig.SENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 that breaks its rules, or would become other than it is as HTTP/1 to the provider. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileHttp2IT {
  private static final long PROTOCOL_ERROR = 1;
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

  /** Escapes that a table of text cannot hold. */
  private static String[] fields(String table) {
    String[] cells = table.split(" ~ ", -1);
    for (int i = 0; i < cells.length; i++) {
      cells[i] =
          cells[i].replace("%r", "\r").replace("%n", "\n").replace("%0", "\0").replace("%1", "\1");
    }
    return cells;
  }

  private RawH2.Answer call(String... fields) throws Exception {
    try (RawH2 client = new RawH2(rig.port())) {
      client.head(1, false, fields);
      client.data(1, true, ASKED);
      return client.answer(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length ~ 42 ~ content-length ~ 5",
        "content-length ~ x",
        "content-length ~ -1",
        "transfer-encoding ~ chunked",
        "connection ~ x-a",
        "te ~ gzip",
        "upgrade ~ h2c",
        ":authority ~ a ~ host ~ b",
        "x-a: 1%r%nx-b ~ 2",
        "x:a ~ 2",
        "x a ~ 2",
        "X-A ~ 2",
        " ~ 2",
        ":foo ~ 2",
        ":status ~ 200",
        ":path ~ /v1/messages",
        ":method ~ GET"
      })
  void fieldsThatHttp2ForbidsResetTheStream(String table) throws Exception {
    assertThat(call(fields(table)).reset).isEqualTo(PROTOCOL_ERROR);
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":method ~ POST ~ :scheme ~ http",
        ":method ~ POST ~ :scheme ~ http ~ :path ~ ",
        ":scheme ~ http ~ :path ~ /v1/chat/completions",
        ":method ~ POST ~ :path ~ /v1/chat/completions",
        ":method ~ POST ~ :scheme ~ http ~ x-a ~ 1 ~ :path ~ /v1/chat/completions"
      })
  void aHeadThatLacksAPseudoFieldResetsTheStream(String table) throws Exception {
    try (RawH2 client = new RawH2(rig.port())) {
      client.fields(1, false, fields(table));
      assertThat(client.answer(1).reset).isEqualTo(PROTOCOL_ERROR);
    }
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ":path ~ " + PATH + " ~ x-a ~ 1%r%nx-smuggled: 2|400",
        ":path ~ " + PATH + " ~ x-a ~ 1%nx-smuggled: 2|400",
        ":path ~ " + PATH + " ~ x-a ~ 1%rx-smuggled: 2|400",
        ":path ~ " + PATH + " ~ x-a ~ 1%0|400",
        ":path ~ " + PATH + " ~ x-a ~ 1%1|400",
        ":path ~ " + PATH + "?x HTTP/1.1%r%nhost: smuggled%r%n%r%nGET /|400",
        ":path ~ " + PATH + "?x HTTP/1.1|400",
        ":path ~ " + PATH + "?a#b|400",
        ":path ~ http://evil.example" + PATH + "|421",
        ":path ~ /v1/chat/../chat/completions|404"
      })
  void whatWouldBeAnotherRequestInHttp1IsRefused(String table, int status) throws Exception {
    try (RawH2 client = new RawH2(rig.port())) {
      String[] usual = {":method", "POST", ":scheme", "http"};
      String[] more = fields(table);
      String[] all = java.util.Arrays.copyOf(usual, usual.length + more.length);
      System.arraycopy(more, 0, all, usual.length, more.length);
      client.fields(1, false, all);
      client.data(1, true, ASKED);
      RawH2.Answer answer = client.answer(1);
      assertThat(answer.status).isEqualTo(status);
      assertThat(answer.body.toString()).startsWith("{\"error\":{").contains("tidegate_");
    }
    assertThat(rig.onlyEvent().outcome()).isEqualTo(Outcome.REFUSED);
    rig.nothingWentThrough();
  }

  @Test
  void aTunnelIsRefused() throws Exception {
    try (RawH2 client = new RawH2(rig.port())) {
      client.fields(1, false, ":method", "CONNECT", ":authority", "evil.example:443");
      assertThat(client.answer(1).status).isEqualTo(400);
    }
    assertThat(rig.onlyEvent().decision().reason()).isEqualTo(Reason.MALFORMED_REQUEST);
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length ~ 42 ~ content-length ~ 42",
        "te ~ trailers",
        "expect ~ 100-continue",
        "x-a ~  1 ",
        "x-a ~ caf\u00e9"
      })
  void whatHttp2AllowsReachesTheProviderOnce(String table) throws Exception {
    rig.far.wire.setLength(0);
    RawH2.Answer answer = call(fields(table));
    assertThat(answer.status).isEqualTo(200);
    rig.onlyEvent();
    assertThat(rig.far.wire.toString()).containsOnlyOnce("HTTP/1.1").endsWith("\r\n\r\n" + SENT);
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 41, 43, 500})
  void aBodyOfAnotherLengthThanAnnouncedResetsTheStream(int length) throws Exception {
    assertThat(call("content-length", "" + length).reset).isEqualTo(PROTOCOL_ERROR);
    assertThat(rig.onlyEvent().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @CsvSource({":path,/evil,true", "x-t,1,false"})
  void trailersWithAPathOrWithoutTheEndResetTheStream(String name, String value, boolean last)
      throws Exception {
    try (RawH2 client = new RawH2(rig.port())) {
      client.head(1, false);
      client.data(1, false, ASKED);
      client.fields(1, last, name, value);
      assertThat(client.answer(1).reset).isEqualTo(PROTOCOL_ERROR);
    }
    assertThat(rig.onlyEvent().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    rig.nothingWentThrough();
  }

  @Test
  void aClientThatAsksForTheUpgradeFromHttp1IsServed() throws Exception {
    String content = "x".repeat(900_000);
    String body = ASKED.replace("[]", "[{\"role\":\"user\",\"content\":\"" + content + "\"}]");
    rig.far.wire.setLength(0);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rig.port() + PATH))
              .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
    rig.onlyEvent();
    assertThat(rig.far.wire.toString()).containsOnlyOnce("HTTP/1.1").contains(content);
    rig.nothingWentThrough();
  }
}
