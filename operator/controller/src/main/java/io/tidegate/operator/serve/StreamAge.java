package io.tidegate.operator.serve;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ends one stream at its age, so that its sidecar proves itself again. While the API server does
 * not answer nobody can: the stream then stays, and is looked at again and again. On the stream's
 * event loop.
 */
final class StreamAge {
  private final Vertx vertx;
  private final Context context;
  private final SidecarIdentity identity;
  private final SidecarConnection connection;
  private final Duration lookAgain;
  private long timer;
  private boolean over;

  /**
   * @param lookAgain on average; jittered by half, so that an API server that is back does not see
   *     all sidecars at once
   */
  StreamAge(
      Vertx vertx,
      Context context,
      SidecarIdentity identity,
      SidecarConnection connection,
      Duration lookAgain) {
    this.vertx = vertx;
    this.context = context;
    this.identity = identity;
    this.connection = connection;
    this.lookAgain = lookAgain;
  }

  void endAfter(Duration age) {
    timer = vertx.setTimer(Math.max(1, age.toMillis()), _ -> reached());
  }

  void cancel() {
    over = true;
    vertx.cancelTimer(timer);
  }

  private void reached() {
    Future.fromCompletionStage(identity.answers(connection.pod()), context)
        .onSuccess(
            answers -> {
              if (over) {
                return;
              }
              if (answers) {
                connection.goodbye("prove again which pod you are of", 0);
              } else {
                endAfter(jittered());
              }
            });
  }

  private Duration jittered() {
    long millis = lookAgain.toMillis();
    return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis + 1));
  }
}
