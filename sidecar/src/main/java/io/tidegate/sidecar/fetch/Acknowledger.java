package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.Acknowledgement;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sends the acknowledgements of one session in order, each until the operator has taken it or the
 * session is over. On one event loop.
 */
final class Acknowledger {
  /** Beyond this the oldest is dropped: the operator needs to know the newest. */
  private static final int MAX_WAITING = 16;

  private final Vertx vertx;
  private final OperatorClient operator;
  private final FetchStatus status;
  private final Backoff backoff;
  private final Deque<Acknowledgement> waiting = new ArrayDeque<>();
  private boolean sending;
  private boolean over;

  Acknowledger(Vertx vertx, OperatorClient operator, FetchStatus status, Backoff backoff) {
    this.vertx = vertx;
    this.operator = operator;
    this.status = status;
    this.backoff = backoff;
  }

  void send(Acknowledgement acknowledgement) {
    if (waiting.size() >= MAX_WAITING) {
      waiting.remove();
    }
    waiting.add(acknowledgement);
    sendNext(false);
  }

  /** The session ended; nobody would take what still waits. */
  void end() {
    over = true;
    waiting.clear();
  }

  private void sendNext(boolean again) {
    if (over || waiting.isEmpty() || (sending && !again)) {
      return;
    }
    sending = true;
    Acknowledgement next = waiting.peek();
    operator
        .post("/v1/acknowledgements", next, backoff.failures() > 0)
        .onSuccess(
            done -> {
              sending = false;
              backoff.succeeded();
              status.fine(FetchStatus.Part.ACKNOWLEDGEMENTS);
              waiting.remove(next);
              sendNext(false);
            })
        .onFailure(
            failure -> {
              if (!over) {
                status.problem(FetchStatus.Part.ACKNOWLEDGEMENTS, "not sent: " + failure);
                vertx.setTimer(backoff.next().toMillis(), timer -> sendNext(true));
              }
            });
  }
}
