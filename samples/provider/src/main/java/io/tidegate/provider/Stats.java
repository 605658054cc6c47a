package io.tidegate.provider;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What {@code GET /sample/stats} says. One lock: a test asks rarely, and wants one moment. */
final class Stats {
  /** Bodies are kept for comparison byte by byte, not for archiving. */
  private static final int MOST_BODY = 65_536;

  /** Tokens by model, as a bill would have them. */
  private static final class Bill {
    private long calls;
    private long input;
    private long cacheRead;
    private long cacheWrite;
    private long output;
  }

  private final Map<String, Bill> bills = new TreeMap<>();
  private long calls;
  private long refused;
  private long streamsOpen;
  private long streamsCutByClient;
  private long connectionsOpen;
  private long connectionsSeen;
  private boolean placeholderSeen;
  private ObjectNode lastRequest = JsonNodeFactory.instance.objectNode();

  synchronized void connected(HttpConnection connection) {
    connectionsOpen++;
    connectionsSeen++;
    connection.closeHandler(closed -> disconnected());
  }

  private synchronized void disconnected() {
    connectionsOpen--;
  }

  /**
   * Notes a call that arrived.
   *
   * @param key what it authenticates with; null: nothing
   */
  synchronized void arrived(HttpServerRequest request, byte[] body, String key) {
    calls++;
    placeholderSeen |= key != null && key.contains("placeholder");
    ObjectNode last = JsonNodeFactory.instance.objectNode();
    last.put("path", request.path()).put("query", request.query());
    last.put("version", request.version().name());
    ArrayNode names = last.putArray("headers");
    new TreeSet<>(request.headers().names()).forEach(names::add);
    int length = Math.min(body.length, MOST_BODY);
    last.put("body", new String(body, 0, length, StandardCharsets.UTF_8));
    lastRequest = last;
  }

  synchronized void refused() {
    refused++;
  }

  /** Input is billed as soon as the provider begins to answer. */
  synchronized void billInput(Answer answer) {
    Bill bill = bills.computeIfAbsent(answer.model(), model -> new Bill());
    bill.calls++;
    bill.input += answer.usage().input();
    bill.cacheRead += answer.usage().cacheRead();
    bill.cacheWrite += answer.usage().cacheWrite();
    bill.output += answer.usage().reasoning();
  }

  /** Output is billed as it is made. */
  synchronized void billOutput(Answer answer, int tokens) {
    bills.computeIfAbsent(answer.model(), model -> new Bill()).output += tokens;
  }

  synchronized void streamOpened() {
    streamsOpen++;
  }

  synchronized void streamEnded(boolean cutByClient) {
    streamsOpen--;
    if (cutByClient) {
      streamsCutByClient++;
    }
  }

  synchronized ObjectNode toJson() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.put("calls", calls).put("refused", refused);
    all.put("connectionsOpen", connectionsOpen).put("connectionsSeen", connectionsSeen);
    all.put("streamsOpen", streamsOpen).put("streamsCutByClient", streamsCutByClient);
    all.put("placeholderKeySeen", placeholderSeen);
    ObjectNode models = all.putObject("models");
    bills.forEach(
        (model, bill) ->
            models
                .putObject(model)
                .put("calls", bill.calls)
                .put("inputTokens", bill.input)
                .put("cacheReadTokens", bill.cacheRead)
                .put("cacheWriteTokens", bill.cacheWrite)
                .put("outputTokens", bill.output));
    all.set("lastRequest", lastRequest);
    return all;
  }

  /** Counts from zero again; what is open stays open. */
  synchronized void reset() {
    bills.clear();
    calls = 0;
    refused = 0;
    streamsCutByClient = 0;
    placeholderSeen = false;
    lastRequest = JsonNodeFactory.instance.objectNode();
  }
}
