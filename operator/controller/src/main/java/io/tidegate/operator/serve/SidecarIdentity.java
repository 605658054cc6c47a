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
import io.tidegate.operator.serve.IdentityVerdict.Proven;
import io.tidegate.operator.serve.IdentityVerdict.Refused;
import io.tidegate.operator.trust.DistrustReason;
import io.tidegate.operator.trust.OwnAuthorities;
import io.tidegate.operator.trust.SidecarImages;
import io.tidegate.operator.trust.Trust;
import io.tidegate.operator.watch.InjectedPod;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out by one TokenReview which pod a caller is of, and whether that pod may have
 * configuration. Pod, namespace and ServiceAccount are the API server's word, never the caller's.
 * Reviews in flight are capped, and so is the number that waits.
 */
public final class SidecarIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(SidecarIdentity.class);
  private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
  private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
  private static final String USER_PREFIX = "system:serviceaccount:";
  private static final int MOST_WAITING = 20_000;

  private final KubernetesClient client;
  private final Executor blocking;
  private final Semaphore inFlight;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Function<ObjectKey, Optional<InjectedPod>> cachedPods;
  private final Supplier<SidecarImages> images;
  private final String operatorUrl;
  private final Supplier<OwnAuthorities> authorities;
  private final PodWarnings warnings;

  /**
   * @param blocking one thread a task; the cap is {@code concurrency}
   * @param cachedPods may lag behind the API server, which is then asked
   * @param images read at each review
   * @param authorities likewise
   */
  public SidecarIdentity(
      KubernetesClient client,
      Executor blocking,
      int concurrency,
      Function<ObjectKey, Optional<InjectedPod>> cachedPods,
      Supplier<SidecarImages> images,
      String operatorUrl,
      Supplier<OwnAuthorities> authorities,
      PodWarnings warnings) {
    this.client = client;
    this.blocking = blocking;
    this.inFlight = new Semaphore(concurrency, true);
    this.cachedPods = cachedPods;
    this.images = images;
    this.operatorUrl = operatorUrl;
    this.authorities = authorities;
    this.warnings = warnings;
  }

  /** Never fails: what goes wrong is a {@link Refused}. */
  public CompletionStage<IdentityVerdict> prove(String token) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return CompletableFuture.completedFuture(refused(RefusedIdentity.TooManyReviews));
    }
    return CompletableFuture.supplyAsync(() -> inTurn(token), blocking)
        .whenComplete((verdict, failure) -> waiting.decrementAndGet());
  }

  private IdentityVerdict inTurn(String token) {
    inFlight.acquireUninterruptibly();
    try {
      return review(token);
    } catch (KubernetesClientException e) {
      LOG.warn("A sidecar's token could not be reviewed: {}", e.getMessage());
      return refused(RefusedIdentity.ApiServerUnavailable);
    } finally {
      inFlight.release();
    }
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

  private Refused refuse(InjectedPod pod, Trust.Distrusted why) {
    String message = "Pod " + pod.key() + " gets no configuration: " + why.message();
    warnings.warn(pod, why.reason().name(), message);
    return new Refused(403, why.reason().name(), message);
  }

  private static Refused refused(RefusedIdentity why) {
    return Refused.because(why, "");
  }
}
