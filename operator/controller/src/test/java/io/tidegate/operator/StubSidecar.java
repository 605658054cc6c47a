package io.tidegate.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The far end of the configuration stream, over real TLS, for tests. As a sidecar does, it has one
 * connection of its own where the operator offers HTTP/2, and its reports travel on that.
 */
public final class StubSidecar implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  public final List<StreamFrame> frames = new CopyOnWriteArrayList<>();
  private final HttpClientAgent client;
  private final boolean ownsClient;
  private final String host;
  private final int port;
  private volatile HttpClientConnection connection;
  private volatile HttpClientResponse response;
  private volatile Future<Buffer> refusal;
  private volatile boolean ended;
  private volatile boolean acknowledges;
  private volatile Consumer<StreamFrame.Configuration> told = _ -> {};
  private volatile Handler<Integer> heard = _ -> {};

  public StubSidecar(Vertx vertx, Operator operator) {
    this(client(vertx, operator), true, "localhost", operator.tlsPort());
  }

  public StubSidecar(HttpClientAgent client, int port) {
    this(client, "localhost", port);
  }

  public StubSidecar(HttpClientAgent client, String host, int port) {
    this(client, false, host, port);
  }

  private StubSidecar(HttpClientAgent client, boolean ownsClient, String host, int port) {
    this.client = client;
    this.ownsClient = ownsClient;
    this.host = host;
    this.port = port;
  }

  /** By HTTP/1.1: Vert.x's client now and then misses the first frame of an HTTP/2 server. */
  public static HttpClientAgent client(Vertx vertx, Operator operator) {
    return vertx.createHttpClient(
        trusting(operator.caPem()).setUseAlpn(false).setProtocolVersion(HttpVersion.HTTP_1_1),
        new PoolOptions().setHttp1MaxSize(20_000));
  }

  /** HTTP/2 where it is offered, believing nobody but these CAs. */
  public static HttpClientOptions trusting(String caPem) {
    return new HttpClientOptions()
        .setSsl(true)
        .setUseAlpn(true)
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setSslHandshakeTimeout(60)
        .setConnectTimeout(60_000)
        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caPem)));
  }

  /** Acknowledges whatever comes as running. */
  public StubSidecar acknowledging() {
    acknowledges = true;
    return this;
  }

  /** Tells of each configuration as it comes, on an event loop. */
  public StubSidecar telling(Consumer<StreamFrame.Configuration> listener) {
    told = listener;
    return this;
  }

  /** Tells the status of the answer to each acknowledgement of its own, on an event loop. */
  public StubSidecar hearing(Handler<Integer> listener) {
    heard = listener;
    return this;
  }

  public StubSidecar connect(String token) {
    connectLater(token, null).await();
    return this;
  }

  public StubSidecar connect(String token, String heldVersion) {
    connectLater(token, heldVersion).await();
    return this;
  }

  /** Completes with the head of the answer. */
  public Future<HttpClientResponse> connectLater(String token, String heldVersion) {
    return client
        .connect(new HttpConnectOptions().setHost(host).setPort(port))
        .compose(
            made -> {
              connection = made;
              return made.request(options(HttpMethod.GET, "/v1/snapshots"));
            })
        .compose(
            opened -> {
              opened.putHeader("Authorization", "Bearer " + token);
              if (heldVersion != null) {
                opened.putHeader("x-tidegate-held-version", heldVersion);
              }
              // On the event loop: what comes before the handlers are set would be lost.
              return opened.send().map(this::receive);
            });
  }

  private HttpClientResponse receive(HttpClientResponse answer) {
    response = answer;
    answer.endHandler(_ -> ended = true);
    answer.exceptionHandler(_ -> ended = true);
    if (answer.statusCode() == 200) {
      answer.handler(RecordParser.newDelimited("\n", this::line));
    } else {
      refusal = answer.body();
    }
    return answer;
  }

  private void line(Buffer line) {
    try {
      StreamFrame frame = JSON.readValue(line.getBytes(), StreamFrame.class);
      frames.add(frame);
      if (frame instanceof StreamFrame.Configuration configuration) {
        told.accept(configuration);
        if (acknowledges) {
          acknowledgeLater(session(), configuration, Verdict.Running, null).onSuccess(heard);
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public int status() {
    return response.statusCode();
  }

  /** Null if the answer does not say. */
  public String retryAfter() {
    return response.getHeader("Retry-After");
  }

  public String body() {
    return refusal.await().toString();
  }

  public boolean ended() {
    return ended;
  }

  public void pause() {
    response.pause();
  }

  public void resume() {
    response.resume();
  }

  public String session() {
    return all(StreamFrame.Hello.class).getFirst().session();
  }

  public <T extends StreamFrame> List<T> all(Class<T> type) {
    return frames.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public List<StreamFrame.Configuration> configurations() {
    return all(StreamFrame.Configuration.class);
  }

  public Snapshot newest() {
    return decoded(configurations().getLast());
  }

  /** All that came, in order. */
  public List<Snapshot> snapshots() {
    return configurations().stream().map(StubSidecar::decoded).toList();
  }

  private static Snapshot decoded(StreamFrame.Configuration configuration) {
    try {
      return SnapshotCodec.decode(configuration.body());
    } catch (SnapshotRefused e) {
      throw new AssertionError(e);
    }
  }

  /** The answer's status. */
  public int acknowledge(String session, Verdict verdict, ObjectRef blamed) {
    return acknowledgeLater(session, configurations().getLast(), verdict, blamed).await();
  }

  private Future<Integer> acknowledgeLater(
      String session, StreamFrame.Configuration what, Verdict verdict, ObjectRef blamed) {
    return post(
        "/v1/acknowledgements",
        new Acknowledgement(
            session, what.nonce(), what.version(), verdict, blamed, blamed == null ? null : "no"));
  }

  public int spend(SpendReport report) {
    return post("/v1/spend", report).await();
  }

  private Future<Integer> post(String path, Object body) {
    try {
      Buffer json = Buffer.buffer(JSON.writeValueAsBytes(body));
      HttpClient way = connection.maxActiveStreams() > 1 ? connection : client;
      return way.request(options(HttpMethod.POST, path))
          .compose(opened -> opened.send(json))
          .map(HttpClientResponse::statusCode);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private RequestOptions options(HttpMethod method, String path) {
    return new RequestOptions().setMethod(method).setHost(host).setPort(port).setURI(path);
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
    if (ownsClient) {
      client.close().await();
    }
  }
}
