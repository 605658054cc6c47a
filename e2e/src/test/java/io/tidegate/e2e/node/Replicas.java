package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.Cluster;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The operator's pods, each asked by itself, through the API server. */
final class Replicas {
  private Replicas() {}

  /** By name. */
  static List<String> pods(Cluster cluster) {
    try (KubernetesClient admin = cluster.admin()) {
      return all(admin).stream().map(pod -> pod.getMetadata().getName()).toList();
    }
  }

  /** Those that serve and are not about to end. */
  static List<Pod> serving(KubernetesClient admin) {
    return all(admin).stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(Readiness::isPodReady)
        .toList();
  }

  private static List<Pod> all(KubernetesClient admin) {
    return admin
        .pods()
        .inNamespace(Chart.NAMESPACE)
        .withLabel("app.kubernetes.io/component", "operator")
        .list()
        .getItems();
  }

  /**
   * Waits until a pod of the namespace would get this sidecar, whichever replica reviews it: each
   * hears of a SidecarProfile by a watch of its own, and its conditions are one replica's word.
   */
  static void untilEachInjects(Kubectl kubectl, String image) {
    for (String replica : pods(kubectl.cluster())) {
      until(
          () -> image + " by replica " + replica + ": " + patch(kubectl, replica),
          () -> patch(kubectl, replica).contains('"' + image + '"'));
    }
  }

  /** What the replica would do to a plain pod; empty: nothing. */
  private static String patch(Kubectl kubectl, String replica) {
    String review =
        Kubectl.post(
            kubectl.cluster(),
            "/api/v1/namespaces/%s/pods/https:%s:8443/proxy/admit/inject"
                .formatted(Chart.NAMESPACE, replica),
            """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
             "uid": "1", "kind": {"version": "v1", "kind": "Pod"}, "operation": "CREATE",
             "namespace": "%s", "dryRun": true, "object": {"metadata": {"name": "probe"},
             "spec": {"containers": [{"name": "app", "image": "app"}]}}}}
            """
                .formatted(kubectl.namespace()));
    Map<?, ?> response = (Map<?, ?>) Serialization.unmarshal(review, Map.class).get("response");
    Object patch = response.get("patch");
    return patch == null
        ? ""
        : new String(Base64.getDecoder().decode(patch.toString()), StandardCharsets.UTF_8);
  }
}
