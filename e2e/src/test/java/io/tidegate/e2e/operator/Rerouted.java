package io.tidegate.e2e.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.tidegate.e2e.cluster.Cluster;
import java.nio.file.Path;

/** A cluster whose API server is reached by another URL. */
record Rerouted(Cluster cluster, String url) implements Cluster {
  @Override
  public Path kubeconfig() {
    return cluster.kubeconfig();
  }

  @Override
  public Path program(String name) {
    return cluster.program(name);
  }

  @Override
  public Config config() {
    return new ConfigBuilder(cluster.config()).withMasterUrl(url).build();
  }
}
