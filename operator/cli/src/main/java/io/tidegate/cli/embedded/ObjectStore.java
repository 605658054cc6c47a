package io.tidegate.cli.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects, kept by Fabric8's mock server in CRUD mode: resource versions, generations,
 * optimistic locking, finalizers, selectors and watches are its own. Thread-safe.
 */
final class ObjectStore {
  private final KubernetesCrudDispatcher dispatcher = new KubernetesCrudDispatcher();
  private final ObjectMapper mapper = new ObjectMapper();

  Optional<ObjectNode> get(ResourcePath path) {
    ApiAnswer answer = send(HttpMethod.GET, path.object().path(), null);
    return answer.ok() && answer.body() instanceof ObjectNode object
        ? Optional.of(object)
        : Optional.empty();
  }

  List<JsonNode> list(ResourcePath collection) {
    List<JsonNode> items = new ArrayList<>();
    send(HttpMethod.GET, collection.collection(), null).body().path("items").forEach(items::add);
    return items;
  }

  ApiAnswer read(String pathWithQuery) {
    return send(HttpMethod.GET, pathWithQuery, null);
  }

  ApiAnswer create(ResourcePath collection, ObjectNode object) {
    return send(HttpMethod.POST, collection.collection(), object);
  }

  ApiAnswer replace(ResourcePath path, ObjectNode object) {
    return send(HttpMethod.PUT, path.path(), object);
  }

  ApiAnswer delete(String pathWithQuery) {
    return send(HttpMethod.DELETE, pathWithQuery, null);
  }

  /** Opens a watch; the answer carries the listener of its WebSocket. */
  MockResponse watch(RecordedRequest request) {
    return dispatcher.dispatch(request);
  }

  private ApiAnswer send(HttpMethod method, String path, ObjectNode body) {
    try {
      byte[] bytes = body == null ? new byte[0] : mapper.writeValueAsBytes(body);
      Headers headers = Headers.builder().add("Content-Type", "application/json").build();
      MockResponse response =
          dispatcher.dispatch(
              new RecordedRequest("HTTP_1_1", method, path, headers, new Buffer(bytes)));
      Buffer answer = response.getBody();
      String text =
          answer == null ? "" : new String(answer.getBytes(), StandardCharsets.UTF_8).trim();
      JsonNode tree =
          text.isEmpty() ? JsonNodeFactory.instance.objectNode() : mapper.readTree(text);
      return new ApiAnswer(response.code(), tree);
    } catch (JsonProcessingException e) {
      throw ApiRefusal.badRequest("error decoding the body: " + e.getOriginalMessage());
    }
  }

  void close() {
    dispatcher.shutdown();
  }
}
