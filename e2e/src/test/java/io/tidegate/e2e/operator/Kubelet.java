package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.e2e.cluster.Cluster;

/** What a node's kubelet asks of the API server for its pods. */
record Kubelet(Cluster cluster, String node) {
  /** A token as the pod's kubelet asks for it, bound to the pod. */
  String token(Pod pod, String audience) {
    try (KubernetesClient kubelet = client()) {
      return token(kubelet, pod, audience);
    }
  }

  /** The same through a client that {@link #client} gave. */
  static String token(KubernetesClient kubelet, Pod pod, String audience) {
    String[] token = new String[1];
    until(
        "the API server knows which pods the node runs",
        () -> {
          try {
            token[0] = ask(kubelet, pod, "default", audience);
            return true;
          } catch (KubernetesClientException e) {
            if (e.getCode() == 403) {
              return false;
            }
            throw e;
          }
        });
    return token[0];
  }

  /**
   * Asks once.
   *
   * @throws KubernetesClientException where the API server does not give it
   */
  String ask(Pod pod, String account, String audience) {
    try (KubernetesClient kubelet = client()) {
      return ask(kubelet, pod, account, audience);
    }
  }

  /** Whom the API server takes for the node. */
  KubernetesClient client() {
    return cluster.user("system:node:" + node, "system:nodes");
  }

  private static String ask(KubernetesClient kubelet, Pod pod, String account, String audience) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audience)
            .withExpirationSeconds(3600L)
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(pod.getMetadata().getName())
            .withUid(pod.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    return kubelet
        .serviceAccounts()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(account)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }
}
