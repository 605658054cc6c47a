package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route.FailureKind;
import io.tidegate.sidecar.dialect.FirstEvent;
import io.tidegate.sidecar.policy.ServingProvider;
import io.vertx.core.buffer.Buffer;

/**
 * Follows one attempt until it serves or fails. Where something would follow a failure, the
 * answer's beginning is held back until it is known to be none.
 */
final class Opening implements Exchange.Listener {
  /** Bytes of an error's body that are read before it is passed on. */
  private static final int LONGEST_COMPLAINT = 64 * 1024;

  private final Dispatch dispatch;
  private final Outbound call;
  private final Course course;
  private final Attempt attempt;
  private Exchange.Head held;

  /** Null: the answer is no stream, or nothing would follow its failure. */
  private FirstEvent first;

  /** Null: the answer is no complaint that we read. */
  private Buffer complaint;

  Opening(Dispatch dispatch, Outbound call, Course course, Attempt attempt) {
    this.dispatch = dispatch;
    this.call = call;
    this.course = course;
    this.attempt = attempt;
  }

  private ServingProvider provider() {
    return attempt.target().provider();
  }

  @Override
  public void head(Exchange.Head head) {
    call.work().working();
    attempt.answered(head);
    Course.Step step = course.after(Failures.ofStatus(head.status()), head.headers());
    if (step != null) {
      giveUp(step);
    } else if (head.isRedirect()) {
      attempt.over(null, false);
      attempt.exchange().discard();
      dispatch.unserved(UpstreamRefusal.redirected(provider(), head.status()));
    } else if (mayComplain(head)) {
      complaint = Buffer.buffer();
      hold(head);
    } else if (head.isSuccess() && mayGoOn(head)) {
      first = head.isEventStream() && !head.isEncoded() ? new FirstEvent() : null;
      hold(head);
    } else {
      serve(head);
    }
  }

  private void hold(Exchange.Head head) {
    held = head;
    call.work().waiting();
  }

  private boolean mayGoOn(Exchange.Head head) {
    return head.isEventStream()
        ? course.mayGoOn(FailureKind.values())
        : course.mayGoOn(FailureKind.Unreachable, FailureKind.Timeout);
  }

  /** Whether this may be about the usage that we, not the caller, have asked for. */
  private boolean mayComplain(Exchange.Head head) {
    return (head.status() == 400 || head.status() == 422)
        && provider().config().type() == Provider.Type.OpenAICompatible
        && dispatch.asksUsage(provider());
  }

  @Override
  public void bytes(Buffer bytes) {
    call.work().working();
    if (complaint != null && complaint.length() + bytes.length() <= LONGEST_COMPLAINT) {
      complaint.appendBuffer(bytes);
      call.work().waiting();
    } else if (complaint != null) {
      serve(held).bytes(complaint.appendBuffer(bytes));
    } else if (first != null) {
      begin(first.take(bytes));
    } else {
      serve(held).bytes(bytes);
    }
  }

  private void begin(int verdict) {
    if (verdict == FirstEvent.OPEN) {
      call.work().waiting();
      return;
    }
    Course.Step step =
        verdict == FirstEvent.FINE
            ? null
            : course.after(Failures.ofStatus(verdict), held.headers());
    if (step == null) {
      serve(held).bytes(first.held());
    } else {
      attempt.refusedInItsStream();
      giveUp(step);
    }
  }

  private void giveUp(Course.Step step) {
    attempt.over(null, false);
    attempt.exchange().discard();
    dispatch.take(step);
  }

  @Override
  public void end() {
    call.work().working();
    if (complaint != null && complaint.toString().contains("stream_options")) {
      attempt.over(null, false);
      dispatch.againWithoutUsage(provider());
      return;
    }
    Buffer kept = complaint != null ? complaint : first != null ? first.held() : null;
    Exchange.Listener relay = serve(held);
    if (kept != null && kept.length() > 0) {
      relay.bytes(kept);
    }
    relay.end();
  }

  private Exchange.Listener serve(Exchange.Head head) {
    Exchange.Listener relay = dispatch.serving(attempt, head);
    attempt.exchange().listener(relay);
    return relay;
  }

  @Override
  public void failed(Exchange.Failure failure) {
    call.work().working();
    attempt.over(null, false);
    if (failure.what() == Exchange.FailureCause.STALE && dispatch.replays()) {
      return;
    }
    Course.Step step = course.after(Failures.of(failure.what()), null);
    if (step != null) {
      dispatch.take(step);
    } else {
      Reason reason =
          switch (failure.what()) {
            case FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT, TOTAL_TIMEOUT -> Reason.UPSTREAM_TIMEOUT;
            case GARBLED -> Reason.UPSTREAM_BROKE;
            case NO_CONNECTION, BROKE, STALE -> Reason.UPSTREAM_UNREACHABLE;
          };
      dispatch.unserved(
          UpstreamRefusal.of(reason, provider(), failure, dispatch.attempts().size()));
    }
  }
}
