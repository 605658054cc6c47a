package io.tidegate.layers.train;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tidegate.operator.Operator;
import io.tidegate.operator.OperatorSettings;
import io.tidegate.provider.SampleProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The sidecar of an injected pod, with its configuration from the operator, under calls. */
public final class SidecarTraining implements Training {
  /** Enough for what happens seldom, such as a sampled buffer. */
  private static final int ROUNDS = 60;

  @Override
  public void run(List<String> command, Path work) throws IOException {
    try (SampleProvider provider = SampleProvider.start("127.0.0.1", 0);
        TrainingCluster cluster = TrainingCluster.start(work);
        Operator operator =
            Operator.start(
                OperatorSettings.of(Map.of("TIDEGATE_HOST", cluster.address())),
                new KubernetesClientBuilder().withConfig(cluster.client().getConfiguration()));
        HttpClient http = HttpClient.newHttpClient()) {
      operator.whenReady().toCompletableFuture().join();
      cluster.populate(provider.port());
      Pod pod = cluster.createPod("app");
      int calls = TrainedProcess.freePort();
      int admin = TrainedProcess.freePort();
      try (TrainedProcess sidecar =
          TrainedProcess.start(command, cluster.sidecarEnvironment(pod, calls, admin), work)) {
        sidecar.awaitReady(http, URI.create("http://127.0.0.1:" + admin + "/readyz"));
        new TrainingCalls(http, "http://127.0.0.1:" + calls, "http://127.0.0.1:" + admin)
            .make(ROUNDS);
        sidecar.end();
      }
    }
  }
}
