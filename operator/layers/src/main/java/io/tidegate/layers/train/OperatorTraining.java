package io.tidegate.layers.train;

import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.provider.SampleProvider;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The operator on an API with objects of every kind: pods are admitted, sidecars connect. */
public final class OperatorTraining implements Training {
  private static final int PODS = 20;
  private static final long PATIENCE_SECONDS = 30;

  @Override
  public void run(List<String> command, Path work) throws IOException {
    try (SampleProvider provider = SampleProvider.start("127.0.0.1", 0);
        TrainingCluster cluster = TrainingCluster.start(work);
        java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient();
        TrainedProcess operator =
            TrainedProcess.start(command, cluster.operatorEnvironment(), work)) {
      URI admin = URI.create("http://" + cluster.address() + ":" + TrainingCluster.ADMIN_PORT);
      operator.awaitReady(http, admin.resolve("/readyz"));
      cluster.populate(provider.port());
      for (int n = 0; n < PODS; n++) {
        connect(cluster, cluster.createPod("app-" + n));
        operator.awaitReady(http, admin.resolve("/metrics"));
      }
      operator.end();
    }
  }

  /** Reads a stream up to the credentials. */
  private static void connect(TrainingCluster cluster, Pod pod) throws IOException {
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setSsl(true)
                  .setUseAlpn(true)
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setTrustAll(true)
                  .setVerifyHost(false));
      Semaphore seen = new Semaphore(0);
      client
          .request(HttpMethod.GET, TrainingCluster.TLS_PORT, cluster.address(), "/v1/snapshots")
          .compose(
              request ->
                  request
                      .putHeader("authorization", "Bearer " + cluster.token(pod))
                      .send()
                      .onSuccess(
                          response ->
                              response.handler(
                                  bytes -> {
                                    if (bytes.toString().contains("\"credentials\"")) {
                                      seen.release();
                                    }
                                  })))
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!seen.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the trained operator sends no credentials");
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the trained operator does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the training was interrupted", e);
    } finally {
      vertx.close().await();
    }
  }
}
