package io.tidegate.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestSpecBuilder;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the operator for a stream of configuration with whatever token a test has got. */
final class StreamKnock implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final LocalCluster cluster;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http =
      vertx.createHttpClient(
          new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false));

  StreamKnock(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Status, a space, and the body; of a stream the first frames, up to the credentials'.
   *
   * @param token empty for none
   */
  String with(String token) {
    try {
      return http.request(
              HttpMethod.GET, OperatorProcess.TLS_PORT, cluster.operatorAddress(), "/v1/snapshots")
          .compose(
              request -> {
                if (!token.isEmpty()) {
                  request.putHeader("authorization", "Bearer " + token);
                }
                return request.send().compose(StreamKnock::read);
              })
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the operator does not answer", e);
    }
  }

  private static io.vertx.core.Future<String> read(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      return response.body().map(body -> response.statusCode() + " " + body);
    }
    Promise<String> read = Promise.promise();
    Buffer all = Buffer.buffer("200 ");
    response.handler(
        bytes -> {
          all.appendBuffer(bytes);
          if (all.toString().contains("\"credentials\"")) {
            read.tryComplete(all.toString());
          }
        });
    response.endHandler(end -> read.tryComplete(all.toString()));
    response.exceptionHandler(read::tryFail);
    return read.future();
  }

  /**
   * A token of the pod's ServiceAccount, bound to the pod.
   *
   * @param audience null for the API server's own, as an application's mounted token has
   */
  String podToken(Pod pod, String audience) {
    return token(
        new TokenRequestBuilder()
            .withNewSpec()
            .addToAudiences(audience == null ? new String[0] : new String[] {audience})
            .withExpirationSeconds(3600L)
            .withNewBoundObjectRef("v1", "Pod", pod.getMetadata().getName(), uid(pod))
            .endSpec()
            .build());
  }

  /** A token of the ServiceAccount that is bound to no pod. */
  String accountToken(String audience) {
    return token(
        new TokenRequestBuilder()
            .withSpec(
                new TokenRequestSpecBuilder()
                    .withAudiences(audience)
                    .withExpirationSeconds(3600L)
                    .build())
            .build());
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  private String token(TokenRequest request) {
    return cluster
        .client()
        .serviceAccounts()
        .inNamespace("e2e")
        .withName("default")
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  /** The sample provider's, which admission left alone. */
  Pod podWithoutSidecar() {
    return cluster
        .client()
        .pods()
        .inNamespace("e2e")
        .withLabel("app", "sample-provider")
        .list()
        .getItems()
        .getFirst();
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
