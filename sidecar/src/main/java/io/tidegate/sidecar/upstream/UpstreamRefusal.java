package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.policy.ProviderKeys;
import io.tidegate.sidecar.policy.ServingProvider;
import java.time.Duration;

/** What a person is told when a provider cannot serve. Pure; names no credential. */
public final class UpstreamRefusal {
  /** An SDK may try again soon: without a sidecar it would do so too. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private static final String KEY_FIELD = "spec.credentials.apiKey.secretRef";

  private UpstreamRefusal() {}

  /** Whether a key can stand in a header: visible ASCII, white space around it forgiven. */
  static boolean usable(String credential) {
    return credential != null
        && !credential.isBlank()
        && credential.strip().chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  /**
   * Tells apart what this side can know: a key that came and cannot be sent, one that the operator
   * has none of for this pod, keys that it took back, and keys that have not come yet.
   *
   * @param key what is held under the provider's name; null: nothing
   * @param keys what else is known of them
   */
  static Refusal noCredential(ServingProvider provider, String key, ProviderKeys keys) {
    String needed =
        provider.object() + " needs the key '" + provider.config().credential() + "', which ";
    String withdrawn = keys.withdrawn();
    if (withdrawn != null) {
      return Refusal.by(
          Reason.CREDENTIALS_WITHDRAWN,
          provider.object(),
          KEY_FIELD,
          needed + "the operator has taken back from this pod: " + withdrawn);
    }
    return new Refusal(
        Reason.NO_CREDENTIAL,
        provider.object(),
        KEY_FIELD,
        needed + missing(provider, key, keys.delivered()),
        SOON);
  }

  private static String missing(ServingProvider provider, String key, boolean delivered) {
    if (key != null) {
      return (key.isBlank() ? "is empty" : "is no single line of visible ASCII text")
          + ". Write the key again into the Secret that "
          + KEY_FIELD
          + " names.";
    }
    String namespace = provider.object().namespace();
    return delivered
        ? "the operator does not have for this pod. Condition ResolvedRefs says what is wrong with "
            + KEY_FIELD
            + ": kubectl describe modelprovider "
            + provider.object().name()
            + " --namespace "
            + namespace
            + ". If it is True there, spec.allowedNamespaces leaves this pod's namespace out."
        : "has not come yet: this sidecar has had no keys from the operator since it started. See"
            + " that the operator runs, and what GET /config on the sidecar's admin port says of"
            + " the connection to it.";
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
