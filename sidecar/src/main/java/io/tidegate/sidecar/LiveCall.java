package io.tidegate.sidecar;

import io.tidegate.sidecar.call.Arrival;
import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Stage;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.Timeline;
import io.tidegate.sidecar.call.WorkTime;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.dialect.Paths;
import io.tidegate.sidecar.dialect.RefusalRenderer;
import io.tidegate.sidecar.listen.CallHandler;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.prompt.Composition;
import io.tidegate.sidecar.relay.ClientAnswer;
import io.tidegate.sidecar.relay.StreamRelay;
import io.tidegate.sidecar.route.Plan;
import io.tidegate.sidecar.upstream.Attempt;
import io.tidegate.sidecar.upstream.Dispatch;
import io.tidegate.sidecar.upstream.Exchange;
import io.tidegate.sidecar.upstream.Outbound;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call from arrival to its event: the policy it pinned, what each stage decided, and its one
 * way out. However it ends, it ends in {@link #finish}, which lets only the first through: there
 * the provider's line is cut, the reservation settled and the event told.
 */
final class LiveCall implements CallHandler.Inbound, Dispatch.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCall.class);
  private static final long NOT_WANTED = -1;

  private final CallLine line;
  private final String id;
  private final Policy policy;
  private final Arrival arrival;
  private final Paths.Match asked;
  private final ClientAnswer client;
  private final Timeline timeline = new Timeline();
  private final WorkTime work = new WorkTime();
  private ChatRequest request;
  private Task task = Task.EMPTY;
  private Plan plan;
  private Composition.Composed prompt;
  private Outbound outbound;
  private Dispatch dispatch;
  private StreamRelay relay;
  private Refusal refusal;
  private int status;
  private boolean answered;
  private boolean finished;

  LiveCall(
      CallLine line,
      String id,
      Policy policy,
      Arrival arrival,
      Paths.Match asked,
      ClientAnswer client) {
    this.line = line;
    this.id = id;
    this.policy = policy;
    this.arrival = arrival;
    this.asked = asked;
    this.client = client;
    timeline.enter(Stage.LISTEN);
  }

  // ---- what comes in

  @Override
  public long maxBodyBytes() {
    return answered || policy == null
        ? NOT_WANTED
        : policy.profile().requestLimits().maxBodyBytes();
  }

  @Override
  public void body(Buffer body) {
    if (answered || finished) {
      return;
    }
    work.working();
    try {
      line.serve(this, body);
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  @Override
  public void refused(Refusal unreadable) {
    refuse(unreadable);
  }

  @Override
  public void clientGone() {
    finish(Outcome.CLIENT_GONE);
  }

  // ---- what the stages decide

  void read(ChatRequest typed) {
    request = typed;
  }

  void governedBy(Task contract) {
    task = contract;
  }

  void routed(Plan chosen) {
    plan = chosen;
  }

  void prompted(Composition.Composed composed) {
    prompt = composed;
  }

  /** Ends the call here. */
  void refuse(Refusal why) {
    answer(why, Outcome.REFUSED);
  }

  /** Answers without any provider. */
  void answerHere(Buffer json) {
    List<Map.Entry<String, String>> type = List.of(Map.entry("content-type", "application/json"));
    write(200, type, json, Outcome.COMPLETED);
  }

  /** Hands the call to the providers. */
  void dispatch() {
    outbound =
        new Outbound(
            policy, task, asked.operation(), arrival, request, plan, prompt, timeline, work);
    dispatch = line.dispatcher().begin(outbound, this);
    dispatch.start();
  }

  // ---- what the providers do

  @Override
  public Exchange.Listener serving(Attempt attempt, Exchange.Head head) {
    answered = true;
    status = head.status();
    relay = new StreamRelay(outbound, attempt, head, client, this::relayed);
    relay.begin(OurHeaders.of(id, policy, plan));
    work.waiting();
    return relay;
  }

  private void relayed(Outcome outcome, Refusal fault) {
    refusal = fault;
    finish(outcome);
  }

  @Override
  public void unserved(Refusal why) {
    answer(
        why,
        switch (why.reason()) {
          case UPSTREAM_UNREACHABLE, UPSTREAM_BROKE -> Outcome.UPSTREAM_FAILED;
          case UPSTREAM_TIMEOUT -> Outcome.TIMED_OUT;
          default -> Outcome.REFUSED;
        });
  }

  @Override
  public void broken(Throwable fault) {
    LOG.error("call {} failed on a fault of the sidecar", id, fault);
    refuse(
        Refusal.of(
            Reason.INTERNAL,
            "The Tidegate sidecar failed on this call. Its log has the cause under " + id + "."));
  }

  // ---- the ways out

  /** The time to end has run out: whoever still waits is told, and nobody is waited for. */
  void stop(Refusal why) {
    if (finished) {
      return;
    }
    refusal = why;
    if (relay != null) {
      relay.stop(why);
    } else {
      refuse(why);
    }
    finish(Outcome.REFUSED);
  }

  private void answer(Refusal why, Outcome outcome) {
    if (answered || finished) {
      return;
    }
    refusal = why;
    RefusalRenderer.Rendered rendered = RefusalRenderer.render(asked.dialect(), why, id);
    write(rendered.status(), rendered.headers(), rendered.body(), outcome);
  }

  private void write(int code, List<Map.Entry<String, String>> more, Buffer body, Outcome outcome) {
    answered = true;
    status = code;
    MultiMap headers = HttpHeaders.headers();
    more.forEach(header -> headers.add(header.getKey(), header.getValue()));
    headers.addAll(OurHeaders.of(id, policy, plan));
    client.head(code, headers, body.length());
    client.end(body, whole -> finish(whole ? outcome : Outcome.CLIENT_GONE));
  }

  /** Only the first call does anything. */
  private void finish(Outcome outcome) {
    if (finished) {
      return;
    }
    finished = true;
    work.waiting();
    timeline.enter(Stage.END);
    if (relay != null) {
      relay.abandon();
    }
    if (dispatch != null) {
      dispatch.close();
    }
    line.finished(this, outcome);
  }

  // ---- what its event tells

  String id() {
    return id;
  }

  Policy policy() {
    return policy;
  }

  Arrival arrival() {
    return arrival;
  }

  Paths.Match asked() {
    return asked;
  }

  Timeline timeline() {
    return timeline;
  }

  WorkTime work() {
    return work;
  }

  /** Null before the body was read. */
  ChatRequest request() {
    return request;
  }

  Task task() {
    return task;
  }

  /** Null before a route was found. */
  Plan plan() {
    return plan;
  }

  /** Null: none is attached. */
  Composition.Composed prompt() {
    return prompt;
  }

  /** Null before the call was handed to the providers. */
  Dispatch dispatched() {
    return dispatch;
  }

  /** Null if no answer is relayed. */
  StreamRelay relay() {
    return relay;
  }

  /** Null if nothing went wrong here. */
  Refusal refusal() {
    return refusal;
  }

  /** Of the answer that the client got; 0 if it got none. */
  int status() {
    return client.headWritten() ? status : 0;
  }
}
