package io.tidegate.operator.serve;

import io.tidegate.operator.serve.IdentityVerdict.Proven;
import io.tidegate.operator.serve.IdentityVerdict.Refused;
import io.tidegate.operator.watch.InjectedPod;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * {@code GET /v1/snapshots}: an endless NDJSON answer of {@link
 * io.tidegate.sidecar.config.StreamFrame}. The sidecar sends its pod's token and, in {@code
 * x-tidegate-held-version}, the version it runs; a version it holds is not sent again.
 *
 * <p>Who is refused gets JSON {@code {reason, message, credentials}}: 401 for the token, 503 with
 * Retry-After while nobody can say, 403 for the pod. A sidecar that is told 403 gives up its
 * credentials unless they are {@code kept}.
 */
public final class SnapshotStream {
  private static final String PATH = "/v1/snapshots";
  private static final String HELD_VERSION = "x-tidegate-held-version";
  private static final String BEARER = "Bearer ";
  private static final int RETRY_SECONDS = 5;

  /**
   * A stream ends this long before its token does (but not before three quarters of what is left),
   * so that its sidecar comes with a newer one; the kubelet renews tokens at four fifths.
   */
  private static final Duration BEFORE_EXPIRY = Duration.ofSeconds(60);

  private static final Duration SHORTEST_AGE = Duration.ofSeconds(1);

  /** How often in another age a stream is looked at whose sidecar could not prove itself. */
  private static final int LOOKS = 30;

  /** A restart's reconnects are spread so that the API server sees about so many a second. */
  private static final int RECONNECTS_PER_SECOND = 150;

  private static final long LONGEST_SPREAD_MILLIS = 60_000;

  private final Vertx vertx;
  private final SidecarIdentity identity;
  private final Sessions sessions;
  private final AckLedger ledger;
  private final Function<InjectedPod, Offer> offers;
  private final InstantSource clock;
  private final Timing timing;
  private final StreamMeters meters;
  private final Set<SidecarConnection> connections = ConcurrentHashMap.newKeySet();

  /**
   * @param pingInterval between two signs of life
   * @param longestAge after which a sidecar has to prove itself again, once the API server answers
   */
  public record Timing(Duration pingInterval, Duration longestAge) {}

  /**
   * @param offers what a pod is to have now; asked on event loops, so it must not block
   */
  SnapshotStream(
      Vertx vertx,
      SidecarIdentity identity,
      Sessions sessions,
      AckLedger ledger,
      Function<InjectedPod, Offer> offers,
      InstantSource clock,
      Timing timing,
      StreamMeters meters) {
    this.vertx = vertx;
    this.identity = identity;
    this.sessions = sessions;
    this.ledger = ledger;
    this.offers = offers;
    this.clock = clock;
    this.timing = timing;
    this.meters = meters;
  }

  public void route(Router router) {
    router.get(PATH).handler(this::connect);
  }

  public int connected() {
    return connections.size();
  }

  /** Every stream writes what its pod is to have now, if that differs from what it wrote. */
  public void refreshAll() {
    connections.forEach(SidecarConnection::refresh);
  }

  /** The pod changed: it loses stream and credentials if it may not have them any more. */
  public void recheck(InjectedPod pod) {
    identity
        .distrust(pod)
        .filter(_ -> !identity.injectedUnderOtherSettings(pod))
        .ifPresent(
            why ->
                of(pod.uid())
                    .forEach(
                        connection ->
                            connection.withdraw(
                                "Pod " + pod.key() + " may not have credentials: " + why.message(),
                                1_000L * RETRY_SECONDS)));
  }

  /** The same for those pods with a stream of which this is so. */
  public void recheck(Predicate<InjectedPod> which) {
    connections.stream().map(SidecarConnection::pod).filter(which).forEach(this::recheck);
  }

  /** The pod is gone, and with it its stream. */
  public void gone(String podUid) {
    of(podUid)
        .forEach(
            connection ->
                connection.goodbye(
                    "the API server has no such pod any more", 1_000L * RETRY_SECONDS));
  }

  /** Ends every stream, and spreads the sidecars' return. */
  public void goodbyeAll(String reason) {
    long spread =
        Math.min(LONGEST_SPREAD_MILLIS, 1_000L * connections.size() / RECONNECTS_PER_SECOND);
    connections.forEach(
        c -> c.goodbye(reason, spread == 0 ? 0 : ThreadLocalRandom.current().nextLong(spread)));
  }

  private Stream<SidecarConnection> of(String podUid) {
    return connections.stream().filter(connection -> connection.pod().uid().equals(podUid));
  }

  private void connect(RoutingContext call) {
    String authorization = call.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization == null || !authorization.startsWith(BEARER)) {
      refuse(call, Refused.because(RefusedIdentity.NoToken, ""));
      return;
    }
    Context context = vertx.getOrCreateContext();
    Future.fromCompletionStage(
            identity.prove(authorization.substring(BEARER.length()).strip()), context)
        .onSuccess(
            verdict -> {
              switch (verdict) {
                case Proven proven -> open(call, context, proven);
                case Refused refused -> refuse(call, refused);
              }
            })
        .onFailure(call::fail);
  }

  private void refuse(RoutingContext call, Refused refused) {
    meters.review(refused.reason());
    var response = call.response();
    if (response.closed()) {
      return;
    }
    if (refused.status() == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(RETRY_SECONDS));
    }
    response
        .setStatusCode(refused.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(FrameCodec.json(answer(refused)));
  }

  private static Map<String, String> answer(Refused refused) {
    return Map.of(
        "reason", refused.reason(),
        "message", refused.message(),
        "credentials", refused.keepsCredentials() ? "kept" : "withdrawn");
  }

  private void open(RoutingContext call, Context context, Proven proven) {
    meters.review("Accepted");
    var response = call.response();
    if (response.closed()) {
      return;
    }
    InjectedPod pod = proven.pod();
    String held = call.request().getHeader(HELD_VERSION);
    String session = sessions.open(pod);
    SidecarConnection connection =
        new SidecarConnection(pod, context, response, held, () -> offers.apply(pod));
    long ping = vertx.setPeriodic(timing.pingInterval().toMillis(), _ -> connection.ping());
    StreamAge age =
        new StreamAge(vertx, context, identity, connection, timing.longestAge().dividedBy(LOOKS));
    age.endAfter(age(proven));
    Handler<Void> over =
        _ -> {
          vertx.cancelTimer(ping);
          age.cancel();
          connection.closed();
          connections.remove(connection);
          sessions.close(session);
        };
    response.closeHandler(over);
    response.endHandler(over);
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    ledger.connected(pod, held);
    connections.add(connection);
    connection.open(session);
    // What was taken back since the proof did not reach a connection that was not there yet.
    recheck(pod);
  }

  /** Up to a tenth less than the longest, so that sidecars do not all come at once. */
  private Duration age(Proven proven) {
    long most = timing.longestAge().toMillis();
    Duration age =
        Duration.ofMillis(most - ThreadLocalRandom.current().nextLong(Math.max(1, most / 10)));
    if (proven.expires().isBefore(clock.instant().plus(age).plus(BEFORE_EXPIRY))) {
      Duration left = Duration.between(clock.instant(), proven.expires());
      Duration margin = left.dividedBy(4);
      age = left.minus(margin.compareTo(BEFORE_EXPIRY) < 0 ? margin : BEFORE_EXPIRY);
    }
    return age.compareTo(SHORTEST_AGE) < 0 ? SHORTEST_AGE : age;
  }
}
