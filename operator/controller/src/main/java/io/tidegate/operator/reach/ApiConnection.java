package io.tidegate.operator.reach;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;

/**
 * A client of the API server for a process that watches it for months. Two things differ from the
 * client as it comes:
 *
 * <ul>
 *   <li>Watches are pinged, and opened anew where no answer comes. A connection may be dead without
 *       either end being told (a firewall forgot it, a node is gone); the client would wait for its
 *       own renewal, ten minutes later.
 *   <li>Requests go by HTTP/1.1. The JDK's client never leaves an HTTP/2 connection that went dead:
 *       each request on it times out, and the next goes the same way, until the kernel gives up
 *       after a quarter of an hour.
 * </ul>
 */
public final class ApiConnection implements AutoCloseable {
  /** With {@link PingedSocket#MOST_UNANSWERED} it makes a dead watch known within 12 s. */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(3);

  private final Pings pings = new Pings(PING_INTERVAL);
  private final KubernetesClient client;
  private final WatchLiveness liveness;

  private ApiConnection(KubernetesClientBuilder clients, WatchLiveness liveness) {
    this.liveness = liveness;
    client = clients.withHttpClientFactory(new PingingClientFactory(pings, liveness)).build();
  }

  /**
   * @param clients knows which API server, and as whom it is asked
   * @param liveness is told of every watch
   */
  public static ApiConnection open(KubernetesClientBuilder clients, WatchLiveness liveness) {
    return new ApiConnection(clients, liveness);
  }

  /** Valid until this is closed. */
  public KubernetesClient client() {
    return client;
  }

  public WatchLiveness liveness() {
    return liveness;
  }

  @Override
  public void close() {
    pings.close();
    client.close();
  }
}
