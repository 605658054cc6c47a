package io.tidegate.operator.serve;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.operator.admit.InjectionNames;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.events.Events;
import io.tidegate.operator.serve.IdentityVerdict.Proven;
import io.tidegate.operator.serve.IdentityVerdict.Refused;
import io.tidegate.operator.trust.DistrustReason;
import io.tidegate.operator.trust.OwnAuthorities;
import io.tidegate.operator.trust.SidecarImages;
import io.tidegate.operator.trust.Trust;
import io.tidegate.operator.watch.InjectedPod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out by one TokenReview which pod a caller is of, and whether that pod may have
 * configuration. Pod, namespace and ServiceAccount are the API server's word, never the caller's.
 * Reviews in flight are capped, and so is the number that waits; each is bounded in time and asked
 * a second time where that may help, and an API server that does not say leaves the question open.
 */
public final class SidecarIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(SidecarIdentity.class);
  private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
  private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
  private static final String USER_PREFIX = "system:serviceaccount:";
  private static final int MOST_WAITING = 20_000;
  private static final int TRIES = 2;
  private static final int CLIENT_ERRORS = 400;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final KubernetesClient client;
  private final Executor blocking;
  private final Bounds bounds;
  private final Semaphore inFlight;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicReference<CompletableFuture<Boolean>> asking = new AtomicReference<>();
  private final Function<ObjectKey, Optional<InjectedPod>> cachedPods;
  private final Supplier<SidecarImages> images;
  private final String operatorUrl;
  private final Supplier<OwnAuthorities> authorities;
  private final Events events;

  /**
   * How much one proof may take.
   *
   * @param concurrency questions to the API server in flight at once
   * @param perTry how long the API server may take for an answer
   * @param pause before a second try, up to half as much again
   * @param longestWait for a turn; sidecars hang up after 30 s
   */
  public record Bounds(int concurrency, Duration perTry, Duration pause, Duration longestWait) {
    public static Bounds standard(int concurrency) {
      return new Bounds(
          concurrency, Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofSeconds(15));
    }
  }

  /**
   * @param blocking one thread a task; the cap is in {@code bounds}
   * @param cachedPods may lag behind the API server, which is then asked
   * @param images read at each review
   * @param authorities likewise
   */
  public SidecarIdentity(
      KubernetesClient client,
      Executor blocking,
      Bounds bounds,
      Function<ObjectKey, Optional<InjectedPod>> cachedPods,
      Supplier<SidecarImages> images,
      String operatorUrl,
      Supplier<OwnAuthorities> authorities,
      Events events) {
    this.client = BoundedClient.of(client, bounds.perTry());
    this.blocking = blocking;
    this.bounds = bounds;
    this.inFlight = new Semaphore(bounds.concurrency(), true);
    this.cachedPods = cachedPods;
    this.images = images;
    this.operatorUrl = operatorUrl;
    this.authorities = authorities;
    this.events = events;
  }

  /** Never fails: what goes wrong is a {@link Refused}. */
  public CompletionStage<IdentityVerdict> prove(String token) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return CompletableFuture.completedFuture(refused(RefusedIdentity.TooManyReviews));
    }
    return ask(() -> review(token), TRIES)
        .exceptionally(SidecarIdentity::undecided)
        .whenComplete((verdict, failure) -> waiting.decrementAndGet());
  }

  /**
   * Whether the API server answers now; only then is it worth while to ask a sidecar for a new
   * proof. One question at a time for all who want to know. Never fails.
   *
   * @param pod any, to ask for
   */
  CompletionStage<Boolean> answers(InjectedPod pod) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> asked = asking.compareAndExchange(null, mine);
    if (asked != null) {
      return asked;
    }
    return ask(
            () -> client.pods().inNamespace(pod.namespace()).withName(pod.view().name()).get(), 1)
        .handle(
            (found, failure) -> {
              asking.set(null);
              mine.complete(failure == null);
              return failure == null;
            });
  }

  /** A question in its turn; the turn is given back between two tries. */
  private <T> CompletableFuture<T> ask(Supplier<T> question, int tries) {
    return ask(question, tries, blocking);
  }

  private <T> CompletableFuture<T> ask(Supplier<T> question, int tries, Executor when) {
    return CompletableFuture.supplyAsync(() -> inTurn(question), when)
        .exceptionallyCompose(
            failure ->
                tries > 1
                        && cause(failure) instanceof KubernetesClientException e
                        && mayBeOverSoon(e)
                    ? ask(question, tries - 1, afterPause())
                    : CompletableFuture.failedFuture(failure));
  }

  private Executor afterPause() {
    long pause = bounds.pause().toMillis();
    long jittered = pause + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    return CompletableFuture.delayedExecutor(jittered, TimeUnit.MILLISECONDS, blocking);
  }

  private <T> T inTurn(Supplier<T> question) {
    try {
      if (!inFlight.tryAcquire(bounds.longestWait().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NoTurn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoTurn();
    }
    try {
      return question.get();
    } finally {
      inFlight.release();
    }
  }

  /** So many others ask that this one's turn did not come. */
  private static final class NoTurn extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Any failure but an answer that would come again: 4xx, without "too many requests". */
  private static boolean mayBeOverSoon(KubernetesClientException failure) {
    int code = failure.getCode();
    return code < CLIENT_ERRORS || code == TOO_MANY_REQUESTS || code >= SERVER_ERRORS;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static IdentityVerdict undecided(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof NoTurn) {
      return refused(RefusedIdentity.TooManyReviews);
    }
    if (cause instanceof KubernetesClientException e) {
      LOG.warn(
          "A sidecar's token could not be reviewed: {}",
          e.getCause() == null ? e.getMessage() : e.getCause().toString());
      return refused(
          mayBeOverSoon(e)
              ? RefusedIdentity.ApiServerUnavailable
              : RefusedIdentity.ReviewNotPermitted);
    }
    LOG.error("A sidecar's token could not be reviewed", cause);
    return refused(RefusedIdentity.ApiServerUnavailable);
  }

  private IdentityVerdict review(String token) {
    TokenReview question =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(InjectionNames.TOKEN_AUDIENCE)
            .endSpec()
            .build();
    TokenReviewStatus answer =
        client.authentication().v1().tokenReviews().create(question).getStatus();
    if (answer == null
        || !Boolean.TRUE.equals(answer.getAuthenticated())
        || !answer.getAudiences().contains(InjectionNames.TOKEN_AUDIENCE)) {
      return refused(RefusedIdentity.TokenNotAccepted);
    }
    Optional<Claimed> claimed = Claimed.of(answer.getUser());
    return claimed.isEmpty()
        ? refused(RefusedIdentity.TokenNotOfAPod)
        : ofPod(claimed.get(), token);
  }

  /** What the API server read from the token. */
  private record Claimed(ObjectKey pod, String uid, String serviceAccount) {
    static Optional<Claimed> of(UserInfo user) {
      String name = user.getUsername() == null ? "" : user.getUsername();
      String[] parts = name.startsWith(USER_PREFIX) ? name.split(":", -1) : new String[0];
      String pod = extra(user, POD_NAME);
      String uid = extra(user, POD_UID);
      return parts.length != 4 || pod == null || uid == null
          ? Optional.empty()
          : Optional.of(new Claimed(new ObjectKey(parts[2], pod), uid, parts[3]));
    }

    private static String extra(UserInfo user, String key) {
      List<String> values = user.getExtra() == null ? null : user.getExtra().get(key);
      return values == null || values.size() != 1 ? null : values.getFirst();
    }
  }

  private IdentityVerdict ofPod(Claimed claimed, String token) {
    Optional<InjectedPod> found =
        cachedPods
            .apply(claimed.pod())
            .filter(pod -> pod.uid().equals(claimed.uid()))
            .or(() -> fromApi(claimed));
    if (found.isEmpty()) {
      return Refused.because(RefusedIdentity.PodNotFound, "pod " + claimed.pod());
    }
    InjectedPod pod = found.get();
    if (!pod.serviceAccount().equals(claimed.serviceAccount())) {
      return Refused.because(
          RefusedIdentity.NotItsServiceAccount,
          "pod " + claimed.pod() + " runs under " + pod.serviceAccount());
    }
    return distrust(pod)
        .<IdentityVerdict>map(why -> refuse(pod, why))
        .orElseGet(() -> new Proven(pod, TokenClaims.expiry(token)));
  }

  private Optional<InjectedPod> fromApi(Claimed claimed) {
    Pod pod =
        client.pods().inNamespace(claimed.pod().namespace()).withName(claimed.pod().name()).get();
    return Optional.ofNullable(pod)
        .filter(p -> claimed.uid().equals(p.getMetadata().getUid()))
        .map(InjectedPod::of);
  }

  /** Why this pod may not, or may no longer, have configuration; empty if it may. */
  public Optional<Trust.Distrusted> distrust(InjectedPod pod) {
    return switch (pod.trust()) {
      case Trust.Distrusted distrusted -> Optional.of(distrusted);
      case Trust.Trusted trusted when !images.get().trusts(trusted.image()) ->
          Optional.of(
              Trust.Distrusted.because(
                  DistrustReason.ForeignSidecarImage,
                  "container " + InjectionNames.CONTAINER + " runs image " + trusted.image()));
      case Trust.Trusted trusted when !operatorUrl.equals(trusted.operatorUrl()) ->
          Optional.of(
              Trust.Distrusted.because(
                  DistrustReason.SidecarAltered,
                  "container "
                      + InjectionNames.CONTAINER
                      + " takes its token to '"
                      + trusted.operatorUrl()
                      + "' and not to "
                      + operatorUrl));
      case Trust.Trusted trusted when !authorities.get().only(trusted.caPem()) ->
          Optional.of(
              Trust.Distrusted.because(
                  DistrustReason.ForeignAuthority,
                  "container "
                      + InjectionNames.CONTAINER
                      + " believes a CA in TIDEGATE_CA_PEM that is not the operator's"));
      case Trust.Trusted _ -> Optional.empty();
    };
  }

  /**
   * Whether all that is wrong is the environment of the sidecar, our address or our CA. That of a
   * pod cannot change: if the pod was ever trusted, it is we who are others since, and its calls
   * are not to fail for it.
   */
  boolean injectedUnderOtherSettings(InjectedPod pod) {
    return pod.trust() instanceof Trust.Trusted trusted && images.get().trusts(trusted.image());
  }

  private Refused refuse(InjectedPod pod, Trust.Distrusted why) {
    String message = "Pod " + pod.key() + " gets no configuration: " + why.message();
    events.publish(pod.reference(), why.reason(), message);
    return new Refused(403, why.reason().name(), message, injectedUnderOtherSettings(pod));
  }

  private static Refused refused(RefusedIdentity why) {
    return Refused.because(why, "");
  }
}
