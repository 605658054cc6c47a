package io.tidegate.operator.serve;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;

/**
 * The API server for questions that somebody waits for. The client as it comes asks ten times with
 * growing pauses; a sidecar would have hung up long before.
 */
public final class BoundedClient {
  private BoundedClient() {}

  /** The same connections; each question is asked once, and given up after this long. */
  public static KubernetesClient of(KubernetesClient client, Duration perTry) {
    return client
        .newClient(
            new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestTimeout(Math.toIntExact(perTry.toMillis()))
                .withRequestRetryBackoffLimit(0)
                .build())
        .adapt(KubernetesClient.class);
  }
}
