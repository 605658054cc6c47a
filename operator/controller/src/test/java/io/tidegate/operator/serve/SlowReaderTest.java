package io.tidegate.operator.serve;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.operator.TestCluster;
import io.tidegate.operator.compile.WorkloadSnapshot;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlowReaderTest {
  private static final int VERSIONS = 60;
  private static final int BYTES = 1024 * 1024;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Offer> offer = new AtomicReference<>(offer(1));
  private final AtomicReference<SidecarConnection> connection = new AtomicReference<>();
  private final List<StreamFrame.Configuration> received = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static Offer offer(int version) {
    WorkloadSnapshot big = new WorkloadSnapshot("v" + version, "x".repeat(BYTES), null, Map.of());
    return new Offer(PublishedSnapshot.of(big, version), Map.of());
  }

  private HttpServer serve() {
    return vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              InjectedPod pod = InjectedPod.of(TestCluster.injected("team", "app"));
              var response = request.response().setChunked(true);
              connection.set(
                  new SidecarConnection(
                      pod, vertx.getOrCreateContext(), response, null, offer::get));
              connection.get().open("session");
            })
        .listen(0, "127.0.0.1")
        .await();
  }

  private void line(byte[] line) {
    try {
      StreamFrame frame = new JsonMapper().readValue(line, StreamFrame.class);
      if (frame instanceof StreamFrame.Configuration configuration) {
        received.add(configuration);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReaderThatComesBackGetsTheNewestAndNotWhatItMissed() {
    HttpServer server = serve();
    HttpClient client = vertx.createHttpClient();
    HttpClientResponse answer =
        client
            .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
            .compose(request -> request.send().map(HttpClientResponse::pause))
            .await();
    answer.handler(RecordParser.newDelimited("\n", line -> line(line.getBytes())));
    for (int version = 2; version <= VERSIONS; version++) {
      offer.set(offer(version));
      connection.get().refresh();
    }
    answer.resume();
    until(
        "the newest",
        () -> !received.isEmpty() && received.getLast().version().equals("v" + VERSIONS));
    assertThat(received).hasSizeLessThan(VERSIONS / 2);
    assertThat(received)
        .extracting(StreamFrame.Configuration::nonce)
        .isSorted()
        .doesNotHaveDuplicates();
    client.close().await();
  }
}
