package io.tidegate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Paths to answers; authentication; failures that come before any answer. */
final class ProviderServer implements Handler<HttpServerRequest> {
  static final List<String> MODELS =
      List.of("sample-small", "sample-large", "sample-reasoning", "claude-sample");

  private static final int MOST_BODY = 64 * 1024 * 1024;
  private static final String BEARER = "Bearer ";

  private final Vertx vertx;
  private final Stats stats;
  private final String key;
  private final RandomGenerator random;
  private final AnswerComposer composer;
  private final OpenAi openAi = new OpenAi(InstantSource.system());
  private final Anthropic anthropic = new Anthropic();
  private final ObjectMapper json = new ObjectMapper();
  private final AtomicLong flaky = new AtomicLong();

  /**
   * One server.
   *
   * @param key the right one; null: any
   */
  ProviderServer(Vertx vertx, Stats stats, String key, RandomGenerator random) {
    this.vertx = vertx;
    this.stats = stats;
    this.key = key;
    this.random = random;
    this.composer = new AnswerComposer(random);
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (request.path().startsWith("/sample/")) {
      control(request);
      return;
    }
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() > MOST_BODY) {
            request.connection().close();
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> answer(request, body.getBytes()));
  }

  private void control(HttpServerRequest request) {
    if (HttpMethod.POST.equals(request.method()) && "/sample/reset".equals(request.path())) {
      stats.reset();
      composer.reset();
      flaky.set(0);
    } else if (!"/sample/stats".equals(request.path())) {
      request.response().setStatusCode(404).end();
      return;
    }
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(stats.toJson().toString());
  }

  private void answer(HttpServerRequest request, byte[] body) {
    String path = request.path().startsWith("/v1/") ? request.path().substring(3) : request.path();
    boolean asAnthropic =
        path.startsWith("/messages") || request.getHeader("anthropic-version") != null;
    Reply reply =
        new Reply(vertx, request, asAnthropic ? anthropic : openAi, stats, "req_" + nonce());
    String sent = key(request);
    stats.arrived(request, body, sent);
    try {
      authenticate(sent);
      route(request, path, body, reply, asAnthropic);
    } catch (CallRefused e) {
      stats.refused();
      reply.error(e.status(), e.getMessage());
    }
  }

  private void route(
      HttpServerRequest request, String path, byte[] body, Reply reply, boolean asAnthropic)
      throws CallRefused {
    if (HttpMethod.GET.equals(request.method()) && path.startsWith("/models")) {
      models(path, reply, asAnthropic);
      return;
    }
    if (!HttpMethod.POST.equals(request.method())) {
      throw new CallRefused(404, "no such path: " + request.method() + " " + path, null);
    }
    JsonNode tree = parse(body);
    switch (path) {
      case "/chat/completions" -> call(request, CallReader.openAi(tree), reply);
      case "/messages" -> call(request, CallReader.anthropic(tree, false), reply);
      case "/messages/count_tokens" -> {
        int tokens = CallReader.anthropic(tree, true).inputTokens();
        reply.json(json.createObjectNode().put("input_tokens", tokens));
      }
      default -> throw new CallRefused(404, "no such path: " + path, null);
    }
  }

  private void call(HttpServerRequest request, Call call, Reply reply) throws CallRefused {
    Script script = Script.of(request.headers(), call.model());
    failBeforeAnswer(script);
    if (script.has(Behaviour.HANG)) {
      return;
    }
    if (script.has(Behaviour.RESET)) {
      request.connection().close();
      return;
    }
    Answer answer = composer.compose(call, script);
    after(
        script.firstTokenMillis(),
        () -> {
          if (call.stream()) {
            reply.stream(answer, script, call.includeUsage());
          } else {
            reply.unary(answer, script);
          }
        });
  }

  private void after(long millis, Runnable task) {
    if (millis == 0) {
      task.run();
    } else {
      vertx.setTimer(millis, timer -> task.run());
    }
  }

  private void failBeforeAnswer(Script script) throws CallRefused {
    if (script.has(Behaviour.FAIL_400)) {
      throw new CallRefused(400, "the sample provider was asked to refuse this call", null);
    }
    if (script.has(Behaviour.FAIL_401)) {
      throw new CallRefused(401, "the sample provider was asked to doubt this key", null);
    }
    if (script.has(Behaviour.FAIL_429)) {
      throw new CallRefused(429, "Rate limit reached", null);
    }
    if (script.has(Behaviour.FAIL_529)) {
      throw new CallRefused(529, "Overloaded", null);
    }
    boolean turn = script.has(Behaviour.FLAKY) && flaky.incrementAndGet() % 2 == 1;
    if (script.has(Behaviour.FAIL_500) || turn) {
      throw new CallRefused(500, "The sample provider was asked to fail", null);
    }
  }

  private void models(String path, Reply reply, boolean asAnthropic) throws CallRefused {
    if (path.startsWith("/models/")) {
      String id = path.substring("/models/".length());
      if (!MODELS.contains(id)) {
        throw new CallRefused(404, "The model `" + id + "` does not exist", null);
      }
      reply.json(model(id, asAnthropic));
      return;
    }
    ObjectNode list = json.createObjectNode();
    ArrayNode data = list.putArray("data");
    MODELS.forEach(id -> data.add(model(id, asAnthropic)));
    if (asAnthropic) {
      list.put("has_more", false)
          .put("first_id", MODELS.getFirst())
          .put("last_id", MODELS.getLast());
    } else {
      list.put("object", "list");
    }
    reply.json(list);
  }

  private ObjectNode model(String id, boolean asAnthropic) {
    ObjectNode model = json.createObjectNode().put("id", id);
    return asAnthropic
        ? model
            .put("type", "model")
            .put("display_name", id)
            .put("created_at", "2026-01-01T00:00:00Z")
        : model.put("object", "model").put("created", 1_767_225_600).put("owned_by", "sample");
  }

  private JsonNode parse(byte[] body) throws CallRefused {
    try {
      JsonNode tree = json.readTree(body);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (IOException e) {
      throw new CallRefused(400, "We could not parse the JSON body of your request", e);
    }
    throw new CallRefused(400, "the body is no JSON object", null);
  }

  private void authenticate(String sent) throws CallRefused {
    if (sent == null || sent.isEmpty()) {
      throw new CallRefused(401, "You didn't provide an API key", null);
    }
    if (key != null && !key.equals(sent)) {
      throw new CallRefused(401, "Incorrect API key provided", null);
    }
  }

  private static String key(HttpServerRequest request) {
    String bearer = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (bearer != null && bearer.startsWith(BEARER)) {
      return bearer.substring(BEARER.length());
    }
    return request.getHeader("x-api-key");
  }

  private String nonce() {
    byte[] bytes = new byte[12];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
