package io.tidegate.sidecar;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.sidecar.budget.BudgetGate;
import io.tidegate.sidecar.budget.BudgetSettler;
import io.tidegate.sidecar.budget.LedgerEvents;
import io.tidegate.sidecar.budget.LocalLedger;
import io.tidegate.sidecar.listen.CallListener;
import io.tidegate.sidecar.listen.Limits;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.ProviderKeys;
import io.tidegate.sidecar.record.CallEvent;
import io.tidegate.sidecar.record.CallMetrics;
import io.tidegate.sidecar.record.CallRecorder;
import io.tidegate.sidecar.upstream.Dispatcher;
import io.tidegate.sidecar.upstream.UpstreamPool;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The real call line on a free port, with its ledger and events in the test's hands. */
final class CallRig implements AutoCloseable {
  /** For what never comes: a busy machine may take long. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A client's view of an answer. */
  record Answer(int status, MultiMap headers, Buffer body) {
    String text() {
      return body.toString();
    }
  }

  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  final AtomicReference<Policy> policy = new AtomicReference<>();
  final Map<String, String> keys = new HashMap<>(Snapshots.keys());
  final BlockingQueue<CallEvent> events = new LinkedBlockingQueue<>();
  final CountingLedger ledger =
      new CountingLedger(LocalLedger.inMemory(Clock.systemUTC(), LedgerEvents.NONE));
  final UpstreamPool pool = new UpstreamPool(vertx);
  final CallLine line;
  final AtomicReference<String> withdrawn = new AtomicReference<>();
  final AtomicBoolean delivered = new AtomicBoolean(true);
  final CallListener listener;
  private final CallRecorder recorder;

  private final ProviderKeys held =
      new ProviderKeys() {
        @Override
        public String credential(String name) {
          return keys.get(name);
        }

        @Override
        public String withdrawn() {
          return withdrawn.get();
        }

        @Override
        public boolean delivered() {
          return delivered.get();
        }
      };

  CallRig() throws Exception {
    this(Limits.standard());
  }

  CallRig(Limits limits) throws Exception {
    recorder = new CallRecorder(events::add, new CallMetrics(new SimpleMeterRegistry()), 10_000);
    Dispatcher dispatcher =
        new Dispatcher(
            vertx,
            pool,
            new BudgetGate(ledger),
            new BudgetSettler(ledger),
            held,
            Clock.systemUTC(),
            RandomGenerator.of("L64X128MixRandom"));
    line = new CallLine(policy::get, dispatcher, recorder);
    listener = await(CallListener.start(vertx.getOrCreateContext(), "127.0.0.1", 0, line, limits));
  }

  static <T> T await(Future<T> future) throws Exception {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the condition did not come true in time");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  HttpClient client(HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setProtocolVersion(version)
            .setHttp2ClearTextUpgrade(false)
            .setDefaultHost("127.0.0.1")
            .setDefaultPort(listener.port()),
        new PoolOptions().setHttp1MaxSize(500));
  }

  Answer post(String uri, String body) throws Exception {
    return post(uri, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(body));
  }

  Answer post(String uri, MultiMap headers, Buffer body) throws Exception {
    return call(HttpVersion.HTTP_1_1, HttpMethod.POST, uri, headers, body);
  }

  Answer call(HttpVersion version, HttpMethod method, String uri, MultiMap headers, Buffer body)
      throws Exception {
    HttpClient client = client(version);
    try {
      return await(send(client, method, uri, headers, body, CallRig::whole));
    } finally {
      await(client.close());
    }
  }

  /**
   * @param read sets the answer's handlers, on the event loop: what comes before they are set is
   *     lost
   */
  static <T> Future<T> send(
      HttpClient client,
      HttpMethod method,
      String uri,
      MultiMap headers,
      Buffer body,
      Function<HttpClientResponse, Future<T>> read) {
    RequestOptions options = new RequestOptions().setMethod(method).setURI(uri);
    return client
        .request(options)
        .compose(
            request -> {
              request.headers().addAll(headers);
              return (body == null ? request.send() : request.send(body)).compose(read);
            });
  }

  /** Nothing of its body comes before {@code resume}. */
  static Future<HttpClientResponse> paused(HttpClientResponse response) {
    return Future.succeededFuture(response.pause());
  }

  static Future<Answer> whole(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), response.headers(), body));
  }

  /** The next event; the only one there is. */
  CallEvent event() throws InterruptedException {
    CallEvent event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no event came");
    }
    if (!events.isEmpty()) {
      throw new AssertionError("a second event came: " + events);
    }
    return event;
  }

  @Override
  public void close() throws Exception {
    await(listener.drain(Duration.ofMillis(1)));
    recorder.close();
    await(vertx.close());
    if (!ledger.settlements.values().stream().allMatch(times -> times == 1)) {
      throw new AssertionError("a reservation was not settled exactly once: " + ledger.settlements);
    }
  }
}
