package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Optional;

/** Which part of the embedded API answers a request. Blocks; call it on a virtual thread. */
final class ApiRequests {
  private final ObjectStore store;
  private final WriteLine writes;
  private final Tokens tokens;
  private final Collector collector;
  private final ObjectMapper mapper;
  private final YAMLMapper yaml = new YAMLMapper();

  ApiRequests(
      ObjectStore store,
      WriteLine writes,
      Tokens tokens,
      Collector collector,
      ObjectMapper mapper) {
    this.store = store;
    this.writes = writes;
    this.tokens = tokens;
    this.collector = collector;
    this.mapper = mapper;
  }

  /**
   * Answers one request; never throws for what the client did wrong.
   *
   * @param uri path and query as sent
   */
  ApiAnswer handle(String method, String uri, String contentType, byte[] body) {
    try {
      String path = uri.split("\\?", 2)[0];
      Optional<ResourcePath> resource = ResourcePath.parse(path);
      if (resource.isEmpty()) {
        return method.equals("GET") ? discovery(path, uri) : new ApiAnswer(405, empty());
      }
      return resource(method, resource.get(), uri, contentType, body);
    } catch (ApiRefusal e) {
      return e.answer();
    } catch (IOException e) {
      return ApiRefusal.badRequest("error decoding the body: " + e.getMessage()).answer();
    }
  }

  private ApiAnswer resource(
      String method, ResourcePath path, String uri, String contentType, byte[] body)
      throws IOException {
    return switch (method) {
      case "GET" -> read(path, uri);
      case "POST" -> post(path, object(contentType, body));
      case "PUT" -> writes.replace(path, object(contentType, body));
      case "PATCH" -> writes.patch(path, contentType, mapper.readTree(body));
      case "DELETE" -> collector.delete(path, uri);
      default -> new ApiAnswer(405, empty());
    };
  }

  private ApiAnswer read(ResourcePath path, String uri) {
    ApiAnswer answer = store.read(path.name().isEmpty() ? uri : path.object().path());
    return answer.code() == 404 ? ApiRefusal.notFound(path).answer() : answer;
  }

  private ApiAnswer post(ResourcePath path, ObjectNode object) {
    if (path.is("authentication.k8s.io", "tokenreviews")) {
      return tokens.review(object);
    }
    if (path.is("", "serviceaccounts") && path.subresource().equals("token")) {
      return tokens.issue(path, object);
    }
    ApiAnswer answer = writes.create(path, object);
    if (answer.ok() && path.is("", "namespaces")) {
      collector.furnish(object.path("metadata").path("name").asText());
    }
    return answer;
  }

  private ObjectNode object(String contentType, byte[] body) throws IOException {
    boolean isYaml = contentType != null && contentType.contains("yaml");
    JsonNode tree = isYaml ? yaml.readTree(body) : mapper.readTree(body);
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw ApiRefusal.badRequest("the body is no object");
  }

  private ApiAnswer discovery(String path, String uri) {
    return switch (path) {
      case "/version" ->
          new ApiAnswer(
              200,
              empty().put("major", "1").put("minor", "35").put("gitVersion", "v1.35.0-tidegate"));
      case "/healthz", "/readyz", "/livez" -> new ApiAnswer(200, empty().put("status", "ok"));
      default -> store.read(uri);
    };
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
