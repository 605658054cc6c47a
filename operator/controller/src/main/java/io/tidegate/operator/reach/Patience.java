package io.tidegate.operator.reach;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, during the start, for an API server that does not answer yet, or not in time, and for as
 * long as that takes: the pod is not ready meanwhile, but it is alive, so that no probe ends it,
 * and a process that ended by itself would only begin again, later each time. A signal ends the
 * process as ever.
 */
public final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration MOST = Duration.ofSeconds(10);

  private final Duration first;
  private final Duration most;

  /**
   * @param first wait after a try that failed; each next one is twice as long
   * @param most longest wait
   */
  public Patience(Duration first, Duration most) {
    this.first = first;
    this.most = most;
  }

  /** Half a second at first, ten seconds at most. */
  public static Patience standard() {
    return new Patience(FIRST, MOST);
  }

  /**
   * Asks until there is an answer. Blocks.
   *
   * @param what is asked for, for the log
   * @throws KubernetesClientException if the answer is a refusal, which asking again does not mend
   */
  public <T> T ask(String what, Supplier<T> read) {
    for (int tries = 0; ; tries++) {
      try {
        return read.get();
      } catch (KubernetesClientException e) {
        if (isRefusal(e)) {
          throw e;
        }
        pause(tries, "The API server does not answer (" + what + ": " + cause(e) + ")");
      }
    }
  }

  private static boolean isRefusal(KubernetesClientException e) {
    int code = e.getCode();
    return code >= HttpURLConnection.HTTP_BAD_REQUEST
        && code < HttpURLConnection.HTTP_INTERNAL_ERROR
        && code != TOO_MANY_REQUESTS;
  }

  private static String cause(KubernetesClientException e) {
    if (e.getCode() > 0) {
      return "it says " + e.getCode();
    }
    Throwable last = e;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
  }

  /**
   * Waits before a next try, and says why.
   *
   * @param tries made before this one
   * @param why a sentence without a full stop
   */
  public void pause(int tries, String why) {
    Duration doubled = first.multipliedBy(1L << Math.min(tries, 16));
    Duration wait = doubled.compareTo(most) < 0 ? doubled : most;
    LOG.warn("{}; the operator waits, and tries again in {} ms", why, wait.toMillis());
    LockSupport.parkNanos(wait.toNanos());
  }
}
