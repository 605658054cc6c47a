package io.tidegate.e2e.corpus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Writes raw JSON, as kubectl does: nothing of ours reads or mends it on the way. */
final class ApiUnderTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final KubernetesClient client;
  private final String namespace;

  ApiUnderTest(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** The verdict that counts of the case; whatever it stored is deleted again. */
  ApiVerdict verdict(ObjectCase given) {
    String plural = given.kind().toLowerCase(Locale.ROOT) + "s";
    String all = "/apis/tidegate.io/v1alpha1/namespaces/" + namespace + "/" + plural;
    Answer created = send("POST", all + "?fieldValidation=Strict", given.object());
    ApiVerdict verdict = created.verdict();
    if (!verdict.stored()) {
      return verdict;
    }
    String one = all + "/" + created.body().path("metadata").path("name").asText();
    try {
      return given.update().map(next -> update(one, created.body(), next)).orElse(verdict);
    } finally {
      send("DELETE", one, null);
    }
  }

  private ApiVerdict update(String path, ObjectNode stored, ObjectNode next) {
    ObjectNode sent = next.deepCopy();
    sent.withObject("/metadata")
        .set("resourceVersion", stored.path("metadata").path("resourceVersion"));
    return send("PUT", path + "?fieldValidation=Strict", sent).verdict();
  }

  private Answer send(String method, String path, ObjectNode body) {
    try {
      String base = client.getMasterUrl().toString().replaceAll("/+$", "");
      var request = client.getHttpClient().newHttpRequestBuilder().uri(URI.create(base + path));
      request.method(
          method, "application/json", body == null ? null : MAPPER.writeValueAsString(body));
      HttpResponse<InputStream> response =
          client
              .getHttpClient()
              .sendAsync(request.build(), InputStream.class)
              .orTimeout(30, TimeUnit.SECONDS)
              .join();
      try (InputStream in = response.body()) {
        byte[] answer = in.readAllBytes();
        return new Answer(response.code(), (ObjectNode) MAPPER.readTree(answer));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    }
  }

  private record Answer(int code, ObjectNode body) {
    ApiVerdict verdict() {
      return ApiVerdict.of(code, body);
    }
  }
}
