package io.tidegate.e2e.node;

import static io.tidegate.e2e.node.CallerPods.container;
import static io.tidegate.e2e.node.CallerPods.spec;

/**
 * The workloads of {@link InjectionIT}, as YAML.
 *
 * @param restricted the namespace of those that get a sidecar and call through it
 * @param open the namespace of those that do not
 * @param endpoint a model provider's
 * @param proxy that lets nothing through
 */
record Workloads(String restricted, String open, String endpoint, String proxy) {

  String yaml() {
    return String.join("\n---\n", statefulSet(), jobs(), furnished(), host(), out(), bypassing());
  }

  private String statefulSet() {
    return """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: keeper, namespace: %s}
    spec:
      serviceName: keeper
      selector: {matchLabels: {app: keeper}}
      template:
        metadata: {labels: {app: keeper}}
        spec: %s
    """
        .formatted(restricted, spec("restartPolicy: Always", container("app", "always", "")));
  }

  private String jobs() {
    String spec =
        "{backoffLimit: 0, template: {spec: "
            + spec("restartPolicy: Never", container("app", "once", ""))
            + "}}";
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: single, namespace: %1$s}
    spec: %2$s
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: nightly, namespace: %1$s}
    spec: {schedule: '0 0 1 1 *', jobTemplate: {spec: %2$s}}
    """
        .formatted(restricted, spec);
  }

  /** A bare pod that has much already; an init container calls, and two containers after it. */
  private String furnished() {
    String proxied =
        "env: [{name: HTTP_PROXY, value: '"
            + proxy
            + "'}, {name: NO_PROXY, value: 'corp,127.0.0.1'},"
            + " {name: OPENAI_API_KEY, value: my-own-key}],"
            + " envFrom: [{prefix: TEAM_, configMapRef: {name: team}}]";
    String respelled =
        "env: [{name: OPENAI_BASE_URL, value: 'http://localhost:4100/v1'},"
            + " {name: OPENAI_API_KEY, valueFrom: {configMapKeyRef: {name: team, key: key}}}]";
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: team, namespace: %1$s}
    data: {key: of-the-team, COLOUR: green}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: furnished, namespace: %1$s}
    spec: %2$s
    """
        .formatted(
            restricted,
            spec(
                "restartPolicy: Never, initContainers: [" + container("early", "once", "") + "]",
                container("proxied", "once", proxied),
                container("respelled", "once", respelled)));
  }

  private String host() {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: host, namespace: %s}
    spec:
      selector: {matchLabels: {app: host}}
      template:
        metadata: {labels: {app: host}}
        spec:
          hostNetwork: true
          terminationGracePeriodSeconds: 1
          containers: [{name: app, image: 'tidegate.test/pause:1', imagePullPolicy: Never}]
    """
        .formatted(open);
  }

  private String out() {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: out, namespace: %s, labels: {tidegate.io/inject: disabled}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: app, image: 'tidegate.test/pause:1', imagePullPolicy: Never}]
    """
        .formatted(open);
  }

  private String bypassing() {
    String proxied =
        "env: [{name: HTTP_PROXY, value: '" + proxy + "'}, {name: NO_PROXY, value: .svc}]";
    String elsewhere = "env: [{name: OPENAI_BASE_URL, value: '" + endpoint + "'}]";
    String listed = "envFrom: [{configMapRef: {name: settings}}]";
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: %1$s}
    data: {COLOUR: green}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: bypassing, namespace: %1$s}
    spec: %2$s
    """
        .formatted(
            open,
            spec(
                "restartPolicy: Never",
                container("proxied", "once", proxied),
                container("elsewhere", "once", elsewhere),
                container("listed", "once", listed)));
  }
}
