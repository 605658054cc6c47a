package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.Ran;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Pods that do not get the sidecar: refused where the namespace demands it, and told of elsewhere.
 */
@ExtendWith(SharedNode.class)
class NoSidecarIT {
  private static final String STRICT = "no-sidecar-strict";
  private static final String LENIENT = "no-sidecar-lenient";
  private static final String MISSED =
      "tidegate_operator_pods_without_sidecar{reason=\"NotInjected\"}";

  private static WholeCluster cluster;
  private static Kubectl strict;
  private static Kubectl lenient;
  private static Kubectl operator;

  @BeforeAll
  static void install(WholeCluster shared) {
    cluster = shared;
    Installed.on(cluster);
    strict = new Kubectl(cluster, STRICT);
    lenient = new Kubectl(cluster, LENIENT);
    operator = new Kubectl(cluster, Chart.NAMESPACE);
    Kubectl.apply(
        cluster,
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {tidegate.io/inject: enabled, tidegate.io/enforce: required}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s, labels: {tidegate.io/inject: enabled}}
        """
            .formatted(STRICT, LENIENT));
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.run("kubectl", "delete", "namespace", STRICT, LENIENT, "--wait=false");
    }
  }

  @Test
  void aReplicaSetSaysWhyItsPodIsRefused() {
    Kubectl.apply(
        cluster, deployment("outlaw", STRICT, "{app: outlaw, tidegate.io/inject: disabled}"));
    Kubectl.apply(cluster, deployment("lawful", STRICT, "{app: lawful}"));
    strict.untilDescribed(
        "replicaset --selector=app=outlaw",
        "Warning +FailedCreate .*namespace no-sidecar-strict has the label"
            + " tidegate.io/enforce=required, and this pod has no Tidegate sidecar; next: remove"
            + " the label tidegate.io/inject from the pod");
    strict.run("rollout", "status", "deployment/lawful", "--timeout=300s");
    assertThat(strict.run("get", "pods", "--output=name"))
        .contains("lawful")
        .doesNotContain("outlaw");
  }

  @Test
  void aPodThatCameWhileNoOperatorAnsweredIsToldOfAfterwards() {
    operator.run("scale", "deployment/tidegate-operator", "--replicas=0");
    try {
      operator.run(
          "wait",
          "--for=delete",
          "pod",
          "--selector=app.kubernetes.io/component=operator",
          "--timeout=300s");
      Kubectl.apply(cluster, deployment("web", LENIENT, "{app: web}"));
      lenient.run("rollout", "status", "deployment/web", "--timeout=300s");
      Ran refused =
          strict.ran("run", "late", "--image=tidegate.test/pause:1", "--image-pull-policy=Never");
      assertThat(refused.err())
          .contains(
              "has the label tidegate.io/enforce=required, and this pod has no Tidegate sidecar",
              "next: see that deployment tidegate-operator in namespace tidegate-system is ready");
    } finally {
      operator.run("scale", "deployment/tidegate-operator", "--replicas=2");
      operator.run("rollout", "status", "deployment/tidegate-operator", "--timeout=300s");
    }
    String told =
        "Warning +NotInjected .*no operator answered when it was created.*; next: kubectl rollout"
            + " restart deployment/web --namespace no-sidecar-lenient";
    lenient.untilDescribed("pod --selector=app=web", told);
    lenient.untilDescribed("replicaset --selector=app=web", told);
    assertThat(OperatorMetrics.sum(cluster, MISSED)).isPositive();

    Installed.untilInjecting(lenient);
    lenient.run("rollout", "restart", "deployment/web");
    lenient.run("rollout", "status", "deployment/web", "--timeout=300s");
    until(
        () -> "nobody to be missed: " + OperatorMetrics.sum(cluster, MISSED),
        () -> OperatorMetrics.sum(cluster, MISSED) == 0);
  }

  private static String deployment(String name, String namespace, String labels) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, namespace: %2$s}
    spec:
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: %3$s}
        spec:
          terminationGracePeriodSeconds: 1
          containers: [{name: app, image: 'tidegate.test/pause:1', imagePullPolicy: Never}]
    """
        .formatted(name, namespace, labels);
  }
}
