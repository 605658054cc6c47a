package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one AdmissionReview to one webhook over TLS, as the API server does: the server's name is
 * that of the Service (or of the URL), its certificate must come from the {@code caBundle}.
 */
final class WebhookCaller {
  private static final String CLIENT_CONFIG = "clientConfig";

  private final Vertx vertx;
  private final ObjectMapper mapper;
  private final ServiceAddresses services;

  WebhookCaller(Vertx vertx, ObjectMapper mapper, ServiceAddresses services) {
    this.vertx = vertx;
    this.mapper = mapper;
    this.services = services;
  }

  /**
   * The {@code response} of the webhook's AdmissionReview. Blocks; call it on a virtual thread.
   *
   * @param webhook one entry of a MutatingWebhookConfiguration
   * @throws IOException when the webhook cannot be reached, is not trusted, answers too late or
   *     with something else
   */
  JsonNode call(JsonNode webhook, ObjectNode review) throws IOException {
    JsonNode config = webhook.path(CLIENT_CONFIG);
    HttpClientOptions options = new HttpClientOptions().setSsl(true).setVerifyHost(true);
    PemTrustOptions trust = new PemTrustOptions();
    String bundle = config.path("caBundle").asText("");
    if (!bundle.isEmpty()) {
      trust.addCertValue(Buffer.buffer(Base64.getDecoder().decode(bundle)));
      options.setTrustOptions(trust);
    }
    HttpClient client = vertx.createHttpClient(options);
    try {
      Buffer body = Buffer.buffer(mapper.writeValueAsBytes(review));
      return client
          .request(target(config))
          .compose(request -> exchange(request, body))
          .toCompletionStage()
          .toCompletableFuture()
          .get(webhook.path("timeoutSeconds").asLong(10), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer within its timeoutSeconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      client.close();
    }
  }

  /** On the event loop: a body that comes before somebody asks for it would be lost. */
  private Future<JsonNode> exchange(HttpClientRequest request, Buffer body) {
    return request
        .putHeader("content-type", "application/json")
        .send(body)
        .compose(answer -> answer.body().map(b -> checked(answer.statusCode(), b)));
  }

  private RequestOptions target(JsonNode config) throws IOException {
    RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setSsl(true);
    if (config.hasNonNull("url")) {
      URI url = URI.create(config.path("url").asText());
      int port = url.getPort() < 0 ? 443 : url.getPort();
      return options.setHost(url.getHost()).setPort(port).setURI(url.getRawPath());
    }
    JsonNode service = config.path("service");
    String namespace = service.path("namespace").asText();
    String name = service.path("name").asText();
    String address =
        services
            .of(namespace, name)
            .orElseThrow(
                () -> new IOException("service \"" + namespace + "/" + name + "\" not found"));
    int port = service.path("port").asInt(443);
    return options
        .setServer(SocketAddress.inetSocketAddress(port, address))
        .setHost(name + "." + namespace + ".svc")
        .setPort(port)
        .setURI(service.path("path").asText("/"));
  }

  private JsonNode checked(int code, Buffer body) {
    try {
      JsonNode answer = mapper.readTree(body.getBytes());
      if (code == 200 && answer.path("response").isObject()) {
        return answer.path("response");
      }
      throw new IllegalStateException("the webhook answered " + code + " without a response");
    } catch (IOException e) {
      throw new IllegalStateException("the webhook answered " + code + " with no JSON", e);
    }
  }
}
