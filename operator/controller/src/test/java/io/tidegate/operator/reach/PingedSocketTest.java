package io.tidegate.operator.reach;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over a real connection to a server that may fall silent. */
class PingedSocketTest {
  private static final WatchKey PODS = new WatchKey("pods", "", "", "");

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<ServerWebSocket> server = new AtomicReference<>();
  private final AtomicInteger refusal = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final WatchLiveness liveness = new WatchLiveness(nanos::get);

  /** For what shall fall silent, and for what shall not on a busy machine either. */
  private final Pings hasty = new Pings(Duration.ofMillis(100));

  private final Pings calm = new Pings(Duration.ofMillis(500));
  private final Pings patient = new Pings(Duration.ofSeconds(1));
  private final HttpServer http =
      vertx
          .createHttpServer()
          .requestHandler(
              request -> {
                if (refusal.get() == 0) {
                  request.toWebSocket().onSuccess(server::set);
                } else {
                  request.response().setStatusCode(refusal.get()).end();
                }
              })
          .listen(0, "127.0.0.1")
          .await();

  @AfterEach
  void close() {
    hasty.close();
    calm.close();
    patient.close();
    vertx.close().await();
  }

  /** Asks for as many messages as it is told to. */
  private static final class Listener implements WebSocket.Listener {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final AtomicReference<Throwable> error = new AtomicReference<>();
    private final int wanted;

    Listener(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public void onOpen(WebSocket socket) {
      if (wanted > 0) {
        socket.request(wanted);
      }
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      messages.add(data.toString());
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      error.set(failure);
    }
  }

  private WebSocket open(Listener listener, Pings pings) {
    HttpClient client = new PingingClient(HttpClient.newHttpClient(), pings, liveness);
    URI watch = URI.create("ws://127.0.0.1:" + http.actualPort() + "/api/v1/pods?watch=true");
    return client.newWebSocketBuilder().buildAsync(watch, listener).join();
  }

  private Duration silence() {
    return liveness.silence().get("pods");
  }

  @Test
  void answersToPingsAreSignsOfLifeAndTakeNoMessagesPlace() {
    Listener listener = new Listener(2);
    open(listener, patient);
    for (String message : List.of("a", "b")) {
      nanos.addAndGet(Duration.ofSeconds(7).toNanos());
      until("an answer", () -> silence().isZero());
      until("there", () -> server.get() != null);
      server.get().writeTextMessage(message).await();
      until("the message", () -> listener.messages.contains(message));
    }
    assertThat(listener.messages).containsExactly("a", "b");
    assertThat(listener.error.get()).isNull();
  }

  @Test
  void aConnectionThatFellSilentEndsWithAnErrorAndCountsAsSilent() {
    Listener listener = new Listener(1);
    WebSocket socket = open(listener, hasty);
    until("there", () -> server.get() != null);
    server.get().pause();
    until("the error", () -> listener.error.get() != null);
    assertThat(listener.error.get()).hasMessageContaining("pods");
    assertThat(socket.isInputClosed()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    assertThat(liveness.stalled()).containsOnlyKeys("pods");
    liveness.forget(PODS);
    assertThat(liveness.stalled()).isEmpty();
  }

  @Test
  void aForgottenWatchDoesNotCountAgainUntilItIsWantedAnew() {
    liveness.wanted(PODS);
    liveness.forget(PODS);
    liveness.wanted(PODS);
    assertThat(liveness.silence()).as("a connection that was on its way").isEmpty();
    liveness.remember(PODS);
    liveness.wanted(PODS);
    assertThat(liveness.silence()).containsOnlyKeys("pods");
  }

  @Test
  void whoAsksForNothingMissesNothing() {
    Listener busy = new Listener(0);
    WebSocket socket = open(busy, calm);
    until("there", () -> server.get() != null);
    AtomicInteger ticks = new AtomicInteger();
    var counting = calm.every(ticks::incrementAndGet);
    until("longer than a silence may be", () -> ticks.get() > 2 * PingedSocket.MOST_UNANSWERED);
    counting.cancel(false);
    assertThat(busy.error.get()).isNull();
    server.get().writeTextMessage("one").await();
    socket.request(1);
    until("the message", () -> busy.messages.size() == 1);
  }

  /** Fabric8 would watch by plain HTTP from then on, without pings. */
  @Test
  void aServerThatIsUnavailableIsNotOneThatKnowsNoWebSockets() {
    refusal.set(503);
    assertThat(refused()).isEqualTo(504);
    refusal.set(429);
    assertThat(refused()).isEqualTo(429);
    http.close().await();
    assertThat(refused()).isEqualTo(504);
  }

  private int refused() {
    try {
      open(new Listener(1), patient);
      throw new AssertionError("opened");
    } catch (CompletionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }
  }
}
