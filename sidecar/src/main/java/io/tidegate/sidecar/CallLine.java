package io.tidegate.sidecar;

import io.tidegate.sidecar.call.Arrival;
import io.tidegate.sidecar.call.CallIds;
import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Stage;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.dialect.DialectReader;
import io.tidegate.sidecar.dialect.ModelsAnswer;
import io.tidegate.sidecar.dialect.Paths;
import io.tidegate.sidecar.identity.TaskReader;
import io.tidegate.sidecar.listen.CallHandler;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.prompt.Composition;
import io.tidegate.sidecar.prompt.PromptComposer;
import io.tidegate.sidecar.record.CallRecorder;
import io.tidegate.sidecar.relay.ClientAnswer;
import io.tidegate.sidecar.route.InputLimit;
import io.tidegate.sidecar.route.RouteSelector;
import io.tidegate.sidecar.route.Selection;
import io.tidegate.sidecar.upstream.Dispatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The line that every call takes: {@link #serve} lists its stages in order. Each stage either adds
 * what it decided to the call, or refuses it; the rest of the way is {@link Dispatcher} (budget,
 * attempts), then the relay, then one event.
 */
public final class CallLine implements CallHandler {
  /** Twice what goes out at a time; each call takes some memory, whatever its body takes. */
  static final int MOST_OPEN_CALLS = 4096;

  private final Supplier<Policy> newest;
  private final Dispatcher dispatcher;
  private final CallRecorder recorder;
  private final CallIds ids;
  private final Set<LiveCall> open = new LinkedHashSet<>();
  private Promise<Void> drained;

  /**
   * @param newest the policy in force; null before the first configuration
   */
  public CallLine(Supplier<Policy> newest, Dispatcher dispatcher, CallRecorder recorder) {
    this.newest = newest;
    this.dispatcher = dispatcher;
    this.recorder = recorder;
    this.ids = new CallIds(dispatcher.clock());
  }

  /** Pins the policy: whatever is swapped in later, this call does not see it. */
  @Override
  public Inbound arrived(Arrival arrival, ClientAnswer client, Refusal fault) {
    Policy policy = newest.get();
    boolean anthropic = arrival.header("anthropic-version") != null;
    String method = arrival.method().equals("HEAD") ? "GET" : arrival.method();
    Paths.Match asked = Paths.match(method, arrival.path(), anthropic);
    LiveCall call = new LiveCall(this, ids.next(), policy, arrival, asked, client);
    open.add(call);
    Refusal refusal = fault != null ? fault : refusalAtTheDoor(policy, asked);
    if (refusal != null) {
      call.refuse(refusal);
    } else {
      dispatcher.pool().follow(policy);
    }
    return call;
  }

  private Refusal refusalAtTheDoor(Policy policy, Paths.Match asked) {
    if (asked.refusal() != null) {
      return asked.refusal();
    }
    if (drained != null) {
      return DoorRefusal.draining();
    }
    if (policy == null) {
      return DoorRefusal.noConfiguration();
    }
    if (open.size() > MOST_OPEN_CALLS) {
      return DoorRefusal.tooManyCalls(MOST_OPEN_CALLS);
    }
    return recorder.hasRoom() ? null : DoorRefusal.overloaded();
  }

  /** The stages, in order, from the whole body on. */
  void serve(LiveCall call, Buffer body) {
    switch (call.asked().operation()) {
      case CHAT_COMPLETIONS, MESSAGES, COUNT_TOKENS -> {
        boolean decided =
            readDialect(call, body)
                && readTask(call)
                && selectRoute(call)
                // access: AccessGate stands here
                && composePrompt(call)
                && checkInput(call);
        // retrieve: ContextRetriever, guard: InputGuard, cache: AnswerCache stand here
        if (decided) {
          call.dispatch();
        }
      }
      case LIST_MODELS, GET_MODEL -> answerModels(call);
      case UNKNOWN -> throw new IllegalStateException("an unknown path was refused at the door");
    }
  }

  private boolean readDialect(LiveCall call, Buffer body) {
    call.timeline().enter(Stage.DIALECT);
    var limits = call.policy().profile().requestLimits();
    return switch (DialectReader.read(call.asked().operation(), body, limits)) {
      case io.tidegate.sidecar.dialect.Reading.Read read -> {
        call.read(read.request());
        yield true;
      }
      case io.tidegate.sidecar.dialect.Reading.Malformed malformed ->
          refused(call, malformed.refusal());
    };
  }

  private boolean readTask(LiveCall call) {
    call.timeline().enter(Stage.IDENTITY);
    var profile = call.policy().profile();
    return switch (TaskReader.read(profile, call.arrival().headers(), call.request().metadata())) {
      case io.tidegate.sidecar.identity.Reading.Read read -> {
        call.governedBy(read.task());
        yield true;
      }
      case io.tidegate.sidecar.identity.Reading.Refused refused -> refused(call, refused.refusal());
    };
  }

  private boolean selectRoute(LiveCall call) {
    call.timeline().enter(Stage.ROUTE);
    return switch (RouteSelector.select(
        call.policy(),
        call.asked().dialect(),
        call.task(),
        call.request().model(),
        dispatcher.random().nextDouble())) {
      case Selection.Routed routed -> {
        call.routed(routed.plan());
        yield true;
      }
      case Selection.Refused refused -> refused(call, refused.refusal());
    };
  }

  private boolean composePrompt(LiveCall call) {
    call.timeline().enter(Stage.PROMPT);
    if (call.plan().prompt() == null) {
      return true;
    }
    return switch (PromptComposer.compose(
        call.policy(), call.plan().prompt(), call.arrival().header(PromptComposer.HEADER))) {
      case Composition.Composed composed -> {
        call.prompted(composed);
        yield true;
      }
      case Composition.Refused refused -> refused(call, refused.refusal());
    };
  }

  private static boolean checkInput(LiveCall call) {
    long bytes = call.request().body().length();
    if (call.prompt() != null) {
      for (Prompt.Message message : call.prompt().rendered()) {
        bytes += message.content().getBytes(StandardCharsets.UTF_8).length;
      }
    }
    Refusal refusal = InputLimit.check(call.plan(), bytes);
    return refusal == null || refused(call, refusal);
  }

  private void answerModels(LiveCall call) {
    Paths.Match asked = call.asked();
    ModelsAnswer answer =
        asked.model() == null
            ? ModelsAnswer.list(call.policy(), asked.dialect())
            : ModelsAnswer.get(call.policy(), asked.dialect(), asked.model());
    switch (answer) {
      case ModelsAnswer.Found found -> call.answerHere(found.body());
      case ModelsAnswer.Missing missing -> call.refuse(missing.refusal());
    }
  }

  private static boolean refused(LiveCall call, Refusal refusal) {
    call.refuse(refusal);
    return false;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  /** Called by each call once, when it is over. */
  void finished(LiveCall call, Outcome outcome) {
    open.remove(call);
    recorder.record(CallReport.of(call, outcome, dispatcher.clock().instant()));
    if (drained != null && open.isEmpty()) {
      drained.tryComplete();
    }
  }

  @Override
  public Future<Void> drain(Duration atMost) {
    if (drained == null) {
      drained = Promise.promise();
      if (open.isEmpty()) {
        drained.complete();
      } else {
        long wait = Math.max(1, atMost.toMillis());
        dispatcher.vertx().setTimer(wait, ranOut -> stopTheRest());
      }
    }
    return drained.future();
  }

  private void stopTheRest() {
    Refusal why = DoorRefusal.draining();
    List.copyOf(open).forEach(call -> call.stop(why));
  }

  /** Calls that are under way. */
  public int openCalls() {
    return open.size();
  }
}
