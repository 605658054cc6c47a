package io.tidegate.operator.intake;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IntakeTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Deque<Socket> sockets = new ArrayDeque<>();
  private final List<IntakeRefusal> refusals = new CopyOnWriteArrayList<>();
  private final AtomicInteger arrived = new AtomicInteger();

  /** Work that ends when the test says so; none: at once. */
  private final Queue<Promise<Void>> pending = new ConcurrentLinkedQueue<>();

  private HttpServer server;

  @AfterEach
  void end() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    client.close();
    vertx.close().await();
  }

  private void bound(int mostBytes, long mostHeld, int mostAtWork, Duration longest) {
    Intake intake =
        new Intake(
            new Intake.Bounds(mostBytes, mostHeld, mostAtWork, longest),
            (_, why) -> refusals.add(why));
    Router router = Router.router(vertx);
    router
        .post("/")
        .handler(
            intake.handler(
                (call, body) -> {
                  Promise<Void> work = pending.poll();
                  Future<Void> done = work == null ? Future.succeededFuture() : work.future();
                  arrived.incrementAndGet();
                  return done.onComplete(
                      _ -> {
                        if (!call.response().closed()) {
                          call.response().end("took " + body.length());
                        }
                      });
                }));
    server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
  }

  private HttpResponse<String> post(int bytes) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/");
    return client.send(
        HttpRequest.newBuilder(uri)
            .POST(HttpRequest.BodyPublishers.ofString("x".repeat(bytes)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Announces a body and sends the first of it. */
  private Socket begin(int announced, int sent) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    sockets.push(socket);
    String head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + announced + "\r\n\r\n";
    String all = head + "x".repeat(sent);
    socket.getOutputStream().write(all.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }

  /** What comes until the server hangs up. */
  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  private void untilTaken(int bytes) {
    until("room for " + bytes, () -> status(bytes) == 200);
  }

  private int status(int bytes) {
    try {
      return post(bytes).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBodyWithinTheBoundsIsTakenWhole() throws Exception {
    bound(100, 100, 1, NEVER);
    assertThat(post(100).body()).isEqualTo("took 100");
    assertThat(post(0).body()).isEqualTo("took 0");
    assertThat(post(101).statusCode()).isEqualTo(413);
    assertThat(post(100).statusCode()).isEqualTo(200);
    assertThat(refusals).containsExactly(IntakeRefusal.TooLarge);
  }

  @Test
  void slowBodiesTogetherHoldNoMoreThanTheBound() throws Exception {
    bound(100, 150, 10, NEVER);
    Socket slow = begin(95, 90);
    until("its bytes are held", () -> status(61) == 503);
    HttpResponse<String> refused = post(61);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(post(60).statusCode()).isEqualTo(200);
    slow.close();
    untilTaken(100);
  }

  @Test
  void whatIsOnlyAnnouncedTakesNobodysRoom() throws Exception {
    bound(100, 100, 1, NEVER);
    for (int i = 0; i < 20; i++) {
      begin(100, 0);
    }
    assertThat(post(100).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyThatDoesNotComeInTimeIsGivenUpWithItsConnection() throws Exception {
    bound(100, 100, 1, Duration.ofMillis(200));
    assertThat(rest(begin(100, 90))).startsWith("HTTP/1.1 408 ").contains("in time");
    assertThat(refusals).containsExactly(IntakeRefusal.TooSlow);
  }

  @Test
  void whoWasRefusedMayNotGoOnSendingForEver() throws Exception {
    bound(100, 100, 1, Duration.ofMillis(200));
    assertThat(rest(begin(1_000, 101))).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void roomIsHeldUntilTheWorkIsDoneWhoeverHangsUp() throws Exception {
    bound(100, 1_000, 1, NEVER);
    Promise<Void> work = Promise.promise();
    pending.add(work);
    Socket gone = begin(10, 10);
    until("it is worked on", () -> arrived.get() == 1);
    assertThat(post(10).statusCode()).isEqualTo(503);
    gone.close();
    assertThat(post(10).statusCode()).isEqualTo(503);
    work.complete();
    untilTaken(10);
  }
}
