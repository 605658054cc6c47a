package io.tidegate.sidecar.fetch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.client.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * TLS to the operator, trusting only its own CA. HTTP/2 where the operator offers it: the posts
 * then travel on the stream's own connection, and so reach the replica that knows the session.
 */
final class OperatorClient {
  private static final int HTTPS = 443;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private final Vertx vertx;
  private final URI operator;
  private final OperatorTrust trust;
  private final StreamTiming timing;
  private final HttpClientAgent http;
  private final WebClient web;
  private List<String> trusted = List.of();
  private boolean multiplexed;

  OperatorClient(Vertx vertx, URI operator, OperatorTrust trust, StreamTiming timing) {
    this.vertx = vertx;
    this.operator = operator;
    this.trust = trust;
    this.timing = timing;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setConnectTimeout((int) timing.connect().toMillis())
                .setSslHandshakeTimeout(timing.connect().toMillis())
                .setSslHandshakeTimeoutUnit(java.util.concurrent.TimeUnit.MILLISECONDS)
                .setVerifyHost(true),
            new PoolOptions().setHttp1MaxSize(4).setHttp2MaxSize(1));
    this.web = WebClient.wrap(http);
  }

  /**
   * Asks for the stream. The request is the caller's, to read the answer from and to end.
   *
   * @param heldVersion null: none
   */
  Future<HttpClientRequest> openStream(String token, String heldVersion) {
    return refreshTrust()
        .compose(done -> http.request(at(HttpMethod.GET, "/v1/snapshots", timing.silence())))
        .map(
            request -> {
              multiplexed = request.version() == HttpVersion.HTTP_2;
              request
                  .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                  .putHeader(HttpHeaders.ACCEPT, "application/x-ndjson");
              if (heldVersion != null) {
                request.putHeader("x-tidegate-held-version", heldVersion);
              }
              return request;
            });
  }

  /**
   * Fails unless the operator answers 2xx.
   *
   * @param message a record of the configuration contract
   * @param lastOnConnection asks for a new connection next time: behind a Service this one may lead
   *     to a replica that does not know the session; on HTTP/2 it is the stream's own, and stays
   */
  Future<Void> post(String path, Object message, boolean lastOnConnection) {
    Buffer body = encode(message);
    // New trust means a new connection, and the stream's is the one that leads to its replica.
    Future<Void> trusting = multiplexed ? Future.succeededFuture() : refreshTrust();
    return trusting
        .compose(
            done -> {
              var request = web.request(at(HttpMethod.POST, path, timing.post()));
              if (lastOnConnection && !multiplexed) {
                request.putHeader("connection", "close");
              }
              return request.putHeader("content-type", "application/json").sendBuffer(body);
            })
        .compose(
            response ->
                response.statusCode() / 100 == 2
                    ? Future.succeededFuture()
                    : Future.failedFuture(new OperatorAnswer(path, response.statusCode())));
  }

  static Buffer encode(Object message) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(message));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("messages are plain records", e);
    }
  }

  private RequestOptions at(HttpMethod method, String path, Duration idle) {
    return new RequestOptions()
        .setMethod(method)
        .setHost(operator.getHost())
        .setPort(operator.getPort() < 0 ? HTTPS : operator.getPort())
        .setSsl(true)
        .setURI(path)
        .setFollowRedirects(false)
        .setIdleTimeout(idle.toMillis())
        .setConnectTimeout(timing.connect().toMillis());
  }

  private Future<Void> refreshTrust() {
    return vertx
        .executeBlocking(trust::read)
        .compose(
            pems -> {
              if (pems.isEmpty()) {
                return Future.failedFuture("no CA of the operator");
              }
              if (pems.equals(trusted)) {
                return Future.succeededFuture();
              }
              return http.updateSSLOptions(OperatorTrust.options(pems))
                  .onSuccess(done -> trusted = pems)
                  .mapEmpty();
            });
  }

  Future<Void> close() {
    return http.close();
  }

  /** The operator answered, and not with 2xx. */
  static final class OperatorAnswer extends java.io.IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    OperatorAnswer(String path, int status) {
      super("the operator answered " + status + " to " + path);
      this.status = status;
    }

    int status() {
      return status;
    }
  }
}
