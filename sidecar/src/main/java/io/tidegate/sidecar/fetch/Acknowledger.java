package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.Acknowledgement;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sends the acknowledgements of one session in order, each until the operator has taken it, says
 * that it cannot read it, or the session is over. On one event loop.
 */
final class Acknowledger {
  /** Beyond this the oldest is dropped: the operator needs to know the newest. */
  private static final int MAX_WAITING = 16;

  /** An operator of another version cannot read it, and would not the next time. */
  private static final int NOT_READABLE = 400;

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
              status.fine(FetchStatus.Part.ACKNOWLEDGEMENTS);
              doneWith(next);
            })
        .onFailure(
            failure -> {
              if (over) {
                return;
              }
              status.problem(FetchStatus.Part.ACKNOWLEDGEMENTS, "not sent: " + failure);
              if (failure instanceof OperatorClient.OperatorAnswer answer
                  && answer.status() == NOT_READABLE) {
                doneWith(next);
              } else {
                vertx.setTimer(backoff.next().toMillis(), timer -> sendNext(true));
              }
            });
  }

  private void doneWith(Acknowledgement acknowledgement) {
    sending = false;
    backoff.succeeded();
    waiting.remove(acknowledgement);
    sendNext(false);
  }
}
