package io.tidegate.operator.reach;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient;

/** Fabric8 over the JDK's HTTP client, as it comes but for {@link PingingClient}. */
final class PingingClientFactory extends JdkHttpClientFactory {
  private final Pings pings;
  private final WatchLiveness liveness;

  PingingClientFactory(Pings pings, WatchLiveness liveness) {
    this.pings = pings;
    this.liveness = liveness;
  }

  @Override
  protected HttpClient.Builder createNewHttpClientBuilder() {
    return new PingingClientBuilder(
        super.createNewHttpClientBuilder().version(HttpClient.Version.HTTP_1_1),
        client -> new PingingClient(client, pings, liveness));
  }
}
