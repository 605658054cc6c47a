package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.policy.ServingProvider;
import java.time.Duration;

/** What a person is told when a provider cannot serve. Pure; names no credential. */
public final class UpstreamRefusal {
  /** An SDK may try again soon: without a sidecar it would do so too. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private UpstreamRefusal() {}

  /** Whether a key can stand in a header: visible ASCII, white space around it forgiven. */
  static boolean usable(String credential) {
    return credential != null
        && !credential.isBlank()
        && credential.strip().chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  /**
   * @param withdrawn why the operator took every key back; null if it did not
   */
  static Refusal noCredential(ServingProvider provider, String withdrawn) {
    if (withdrawn != null) {
      return Refusal.by(
          Reason.CREDENTIALS_WITHDRAWN,
          provider.object(),
          "spec.credentials.apiKey.secretRef",
          provider.object()
              + " needs the key '"
              + provider.config().credential()
              + "', which the operator has taken back from this pod: "
              + withdrawn);
    }
    return new Refusal(
        Reason.NO_CREDENTIAL,
        provider.object(),
        "spec.credentials.apiKey.secretRef",
        provider.object()
            + " needs the key '"
            + provider.config().credential()
            + "', which this sidecar does not hold: the Secret of spec.credentials.apiKey.secretRef"
            + " is missing, empty, no single line of text, not readable for the operator, or not"
            + " delivered yet. Check the provider's ResolvedRefs condition, then the operator's"
            + " connection.",
        SOON);
  }

  /** No connection, or one that ended before an answer. */
  static Refusal of(
      Reason reason, ServingProvider provider, Exchange.Failure failure, int attempts) {
    String where = provider.object() + " (" + provider.host() + ":" + provider.port() + ")";
    String tried = attempts > 1 ? " after " + attempts + " attempts" : "";
    return new Refusal(reason, provider.object(), field(failure), say(where, failure, tried), SOON);
  }

  /** A redirect: following it would hand key and content to whomever it names. */
  static Refusal redirected(ServingProvider provider, int status) {
    return Refusal.by(
        Reason.UPSTREAM_BROKE,
        provider.object(),
        "spec.endpoint",
        provider.object()
            + " ("
            + provider.host()
            + ":"
            + provider.port()
            + ") answered with a redirect ("
            + status
            + "), which Tidegate does not follow. Set its spec.endpoint to the address where the"
            + " API is.");
  }

  /** An answer that broke off after it had begun. */
  public static Refusal midway(ServingProvider provider, Exchange.Failure failure) {
    Reason reason = failure.what().isTimeout() ? Reason.UPSTREAM_TIMEOUT : Reason.UPSTREAM_BROKE;
    String message =
        "The answer of "
            + provider.object()
            + (failure.what().isTimeout()
                ? " stopped: " + limit(failure) + ". Call again, or raise that time-out."
                : " broke off: " + failure.cause() + ". Call again.");
    return new Refusal(reason, provider.object(), field(failure), message, SOON);
  }

  private static String say(String where, Exchange.Failure failure, String tried) {
    return switch (failure.what()) {
      case NO_CONNECTION ->
          where
              + " cannot be reached"
              + tried
              + ": "
              + failure.cause()
              + ". Check its spec.endpoint and spec.tls, and that the pod's network lets it out.";
      case BROKE, STALE ->
          where + " closed the connection before it answered" + tried + ". Call again.";
      case GARBLED ->
          where
              + " answered with what is no sound HTTP/1.1 response"
              + tried
              + " ("
              + failure.cause()
              + "). Check that its spec.endpoint is the address of the API.";
      case FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT, TOTAL_TIMEOUT ->
          where
              + " did not answer in time"
              + tried
              + ": "
              + limit(failure)
              + ". Call again, or raise that time-out.";
    };
  }

  private static String limit(Exchange.Failure failure) {
    return field(failure) + " ran out";
  }

  private static String field(Exchange.Failure failure) {
    return switch (failure.what()) {
      case NO_CONNECTION, GARBLED -> "spec.endpoint";
      case BROKE, STALE -> null;
      case FIRST_TOKEN_TIMEOUT -> "spec.timeouts.firstTokenSeconds";
      case IDLE_TIMEOUT -> "spec.timeouts.idleSeconds";
      case TOTAL_TIMEOUT -> "spec.timeouts.totalSeconds";
    };
  }
}
