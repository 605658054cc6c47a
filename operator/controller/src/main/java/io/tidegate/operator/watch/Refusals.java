package io.tidegate.operator.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the API server forbids to read what others may grant or take away: nobody waits for that.
 * Other failures end some time, and are waited for.
 */
final class Refusals {
  private final int most;
  private final Runnable changed;
  private final AtomicInteger inARow = new AtomicInteger();
  private final CompletableFuture<Void> refused = new CompletableFuture<>();

  /**
   * @param most so many in a row are its word: an API server that has just begun may not know all
   *     grants yet
   * @param changed called once it is refused, and once it is granted after that
   */
  Refusals(int most, Runnable changed) {
    this.most = most;
    this.changed = changed;
  }

  /** For what the operator cannot be without. */
  static Refusals never() {
    return new Refusals(Integer.MAX_VALUE, () -> {});
  }

  static boolean isForbidden(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException said
          && said.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return true;
      }
    }
    return false;
  }

  void failed(Throwable failure) {
    if (!isForbidden(failure)) {
      inARow.set(0);
    } else if (inARow.incrementAndGet() >= most && refused.complete(null)) {
      changed.run();
    }
  }

  void granted() {
    if (refused.isDone()) {
      changed.run();
    }
  }

  CompletableFuture<Void> refused() {
    return refused;
  }
}
