package io.tidegate.e2e.node;

import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.e2e.operator.Metrics;

/** What the operator's pods say on their admin port, through the API server. */
final class OperatorMetrics {
  private OperatorMetrics() {}

  /**
   * Over all replicas; zero for a series that nobody has.
   *
   * @param series name and labels, these in the order of their names
   */
  static double sum(Cluster cluster, String series) {
    return Replicas.pods(cluster).stream()
        .mapToDouble(pod -> Metrics.sum(scrape(cluster, pod), series + " "))
        .sum();
  }

  private static String scrape(Cluster cluster, String pod) {
    return cluster
        .run(
            "kubectl",
            "get",
            "--raw",
            "/api/v1/namespaces/%s/pods/%s:8080/proxy/metrics".formatted(Chart.NAMESPACE, pod))
        .orFail();
  }
}
