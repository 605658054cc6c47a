package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells the operator what the ledger holds when that changed, and once to each new session; one
 * post at a time, at most one an interval. On one event loop.
 */
final class SpendReporter {
  private final OperatorClient operator;
  private final Supplier<String> session;
  private final Supplier<List<SpendReport.Window>> windows;
  private final FetchStatus status;
  private SpendReport reported;
  private boolean sending;
  private Future<Void> running = Future.succeededFuture();
  private boolean newConnection;

  /**
   * @param session null while there is none
   * @param windows called on the event loop
   */
  SpendReporter(
      OperatorClient operator,
      Supplier<String> session,
      Supplier<List<SpendReport.Window>> windows,
      FetchStatus status) {
    this.operator = operator;
    this.session = session;
    this.windows = windows;
    this.status = status;
  }

  /** The timer's id. */
  long start(Vertx vertx, StreamTiming timing) {
    return vertx.setPeriodic(timing.reportEvery().toMillis(), tick -> report());
  }

  private void report() {
    if (!sending) {
      send();
    }
  }

  /**
   * What the ledger holds at the end, after a post that is on its way. Completes, never fails: the
   * next life of this sidecar reports what this one could not.
   */
  Future<Void> last() {
    return running.transform(done -> send()).otherwiseEmpty();
  }

  private Future<Void> send() {
    String id = session.get();
    if (id == null) {
      return Future.succeededFuture();
    }
    SpendReport now = new SpendReport(id, windows.get());
    if (now.equals(reported) || (reported == null && now.windows().isEmpty())) {
      return Future.succeededFuture();
    }
    sending = true;
    running =
        operator
            .post("/v1/spend", now, newConnection)
            .andThen(
                done -> {
                  sending = false;
                  newConnection = done.failed();
                  if (done.succeeded()) {
                    reported = now;
                    status.fine(FetchStatus.Part.SPEND);
                  } else {
                    status.problem(FetchStatus.Part.SPEND, "not reported: " + done.cause());
                  }
                });
    return running;
  }
}
