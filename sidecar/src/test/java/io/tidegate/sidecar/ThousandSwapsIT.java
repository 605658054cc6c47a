package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every configuration asks another model of the provider, which streams its name back: what a call
 * was told, what it recorded and what it really used can be compared.
 */
class ThousandSwapsIT {
  private static final int STREAMS = 200;
  private static final int SWAPS = 1000;
  private static final String ASKED =
      "{\"model\":\"m\",\"stream\":true,\"messages\":[],\"max_tokens\":5}";
  private static final String DONE = "data: [DONE]\n\n";

  private final Set<String> failed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answering = new AtomicInteger();
  private final List<HttpServerResponse> held = new ArrayList<>();
  private CallRig rig;
  private FarEnd one;
  private FarEnd two;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    one = FarEnd.start(rig.vertx).then(this::answer);
    two = FarEnd.start(rig.vertx).then(this::answer);
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    two.close();
    rig.close();
  }

  private Policy policy(int generation) throws Exception {
    FarEnd far = generation % 2 == 0 ? one : two;
    return new Snapshots()
        .generation(generation)
        .modelId("model-" + generation)
        .target("one", Provider.Type.OpenAI, far.url())
        .retry(2, 1, 5)
        .load();
  }

  /** Every other version fails at first: the second attempt comes after more swaps. */
  private void answer(FarEnd.Seen seen, HttpServerResponse response) {
    String delta = delta(seen);
    if (delta.hashCode() % 2 == 0 && failed.add(delta)) {
      response.setStatusCode(503).end();
      return;
    }
    response.putHeader("content-type", "text/event-stream").setChunked(true).write(delta);
    synchronized (held) {
      held.add(response);
    }
    answering.incrementAndGet();
    long timer = rig.vertx.setPeriodic(100, tick -> response.write(delta));
    response.endHandler(end -> rig.vertx.cancelTimer(timer));
  }

  private static String delta(FarEnd.Seen seen) {
    return "data: {\"model\":\"%s\",\"choices\":[{\"delta\":{}}]}\n\n"
        .formatted(seen.body().toJsonObject().getString("model"));
  }

  @Test
  void twoHundredOpenStreamsSeeOneVersionEachUnderAThousandSwaps() throws Exception {
    Map<String, String> modelOfVersion = new HashMap<>();
    List<Policy> policies = new ArrayList<>();
    for (int i = 0; i < SWAPS; i++) {
      policies.add(policy(i));
      modelOfVersion.put(policies.getLast().version(), "model-" + i);
    }
    assertThat(modelOfVersion).hasSize(SWAPS);

    HttpClient client = rig.client(HttpVersion.HTTP_1_1);
    List<Future<CallRig.Answer>> answers = new ArrayList<>();
    for (int i = 0; i < SWAPS; i++) {
      rig.policy.set(policies.get(i));
      if (i % 4 == 0 && answers.size() < STREAMS) {
        answers.add(ask(client));
        int arrived = answers.size();
        CallRig.until(() -> rig.line.openCalls() + rig.events.size() >= arrived);
      }
    }
    CallRig.until(() -> answering.get() == STREAMS);
    assertThat(rig.line.openCalls()).as("all are open at once").isEqualTo(STREAMS);
    for (int i = 0; i < SWAPS; i++) {
      rig.policy.set(policies.get(SWAPS - 1 - i));
      if (i % (SWAPS / STREAMS) == 0) {
        held.get(i / (SWAPS / STREAMS)).end(DONE);
      }
    }
    CallRig.await(Future.all(answers));
    CallRig.until(() -> rig.events.size() == STREAMS);
    assertThat(told(answers, modelOfVersion)).isEqualTo(recorded()).hasSize(STREAMS);
    CallRig.await(client.close());
  }

  private Future<CallRig.Answer> ask(HttpClient client) {
    return CallRig.send(
        client,
        HttpMethod.POST,
        "/v1/chat/completions",
        MultiMap.caseInsensitiveMultiMap(),
        Buffer.buffer(ASKED),
        CallRig::whole);
  }

  /** Call and version by the answers' headers; each stream is of that version's model alone. */
  private static Set<String> told(
      List<Future<CallRig.Answer>> answers, Map<String, String> modelOfVersion) {
    Set<String> told = new HashSet<>();
    Set<String> versions = new HashSet<>();
    for (Future<CallRig.Answer> each : answers) {
      CallRig.Answer answer = each.result();
      String version = answer.headers().get("x-tidegate-config-version");
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.text().split("\n\n"))
          .hasSizeGreaterThan(1)
          .allMatch(
              line ->
                  line.equals(DONE.strip())
                      || line.contains("\"" + modelOfVersion.get(version) + "\""));
      versions.add(version);
      told.add(answer.headers().get("x-tidegate-call-id") + " " + version);
    }
    assertThat(versions).as("versions that were used").hasSizeGreaterThan(STREAMS / 2);
    return told;
  }

  private Set<String> recorded() {
    Set<String> recorded = new HashSet<>();
    for (CallEvent event : rig.events) {
      assertThat(event.outcome()).isEqualTo(Outcome.COMPLETED);
      recorded.add(event.callId() + " " + event.configVersion());
    }
    return recorded;
  }
}
