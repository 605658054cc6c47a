package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import io.tidegate.provider.SampleProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Workloads of every kind on a real node, all of them started at once: what the sidecar does to
 * them, what it leaves as it is, and what people are told.
 */
@ExtendWith(SharedNode.class)
class InjectionIT {
  /** Under the Pod Security Standard of that name. */
  private static final String RESTRICTED = "injection-restricted";

  private static final String OPEN = "injection-open";
  private static final String ANSWERED = "answered " + RESTRICTED + "/chat/everything ";

  /** On a machine that is busy with other things. */
  private static final String PATIENCE = "--timeout=300s";

  private static final Queue<String> PROXIED = new ConcurrentLinkedQueue<>();

  private static WholeCluster cluster;
  private static KubernetesClient admin;
  private static SampleProvider provider;
  private static HttpServer proxy;
  private static Kubectl restricted;
  private static Kubectl open;

  @BeforeAll
  static void deploy(WholeCluster shared) throws IOException {
    cluster = shared;
    Installed.on(cluster);
    admin = cluster.admin();
    restricted = new Kubectl(cluster, RESTRICTED);
    open = new Kubectl(cluster, OPEN);
    provider = SampleProvider.start(cluster.machine(), 0, "the-real-key");
    proxy = proxy();
    String endpoint = "http://" + cluster.machine() + ":" + provider.port() + "/v1";
    String inject = "tidegate.io/inject: enabled";
    Kubectl.apply(
        cluster,
        String.join(
            "\n---\n",
            CallerPods.namespace(
                RESTRICTED, inject + ", pod-security.kubernetes.io/enforce: restricted", endpoint),
            CallerPods.namespace(OPEN, inject, endpoint)));
    Installed.untilInjecting(open);
    Kubectl.apply(
        cluster,
        new Workloads(
                RESTRICTED,
                OPEN,
                endpoint,
                "http://" + cluster.machine() + ":" + proxy.getAddress().getPort())
            .yaml());
    restricted.run("create", "job", "nightly-now", "--from=cronjob/nightly");
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.run("kubectl", "delete", "namespace", RESTRICTED, OPEN, "--wait=false");
    }
    if (admin != null) {
      admin.close();
    }
    if (proxy != null) {
      proxy.stop(0);
    }
    if (provider != null) {
      provider.close();
    }
  }

  /** Answers everything with 502, and notes what it was asked for. */
  private static HttpServer proxy() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(cluster.machine(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          PROXIED.add(exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(502, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void aStatefulSetCallsThroughItsSidecarUnderPodSecurityRestricted() {
    restricted.run("rollout", "status", "statefulset/keeper", PATIENCE);
    answered("keeper-0", "app");
    Pod pod = pod(RESTRICTED, "keeper-0");
    Container first = pod.getSpec().getInitContainers().getFirst();
    assertThat(first.getName()).isEqualTo("tidegate");
    assertThat(first.getRestartPolicy()).isEqualTo("Always");
  }

  @Test
  void jobsEndWhileASidecarIsInThem() {
    for (String job : List.of("single", "nightly-now")) {
      restricted.run("wait", "--for=condition=Complete", "job/" + job, PATIENCE);
      assertThat(restricted.log("job/" + job, "app")).startsWith(ANSWERED);
      assertThat(restricted.run("get", "pods", "--selector=job-name=" + job, "--output=yaml"))
          .contains("name: tidegate", "restartPolicy: Always", "phase: Succeeded");
    }
  }

  @Test
  void whatAPodHasIsKeptAndEachOfItsContainersCalls() {
    inPhase(restricted, "furnished", "Succeeded");
    for (String container : List.of("early", "proxied", "respelled")) {
      answered("furnished", container);
    }
    Pod pod = pod(RESTRICTED, "furnished");
    assertThat(pod.getSpec().getInitContainers())
        .extracting(Container::getName)
        .containsExactly("tidegate", "early");
    Container proxied = pod.getSpec().getContainers().getFirst();
    assertThat(env(proxied, "OPENAI_API_KEY").getValue()).isEqualTo("my-own-key");
    assertThat(env(proxied, "NO_PROXY").getValue()).isEqualTo("corp,127.0.0.1");
    assertThat(env(proxied, "OPENAI_BASE_URL").getValue()).isEqualTo("http://127.0.0.1:4100/v1");
    assertThat(proxied.getEnvFrom().getFirst().getPrefix()).isEqualTo("TEAM_");
    assertThat(proxied.getVolumeMounts())
        .extracting(mount -> mount.getName())
        .startsWith("program", "scratch")
        .noneMatch(name -> name.startsWith("tidegate"));
    Container respelled = pod.getSpec().getContainers().get(1);
    assertThat(env(respelled, "OPENAI_BASE_URL").getValue()).isEqualTo("http://localhost:4100/v1");
    assertThat(env(respelled, "OPENAI_API_KEY").getValueFrom()).isNotNull();
    assertThat(pod.getSpec().getVolumes())
        .extracting(volume -> volume.getName())
        .startsWith("program", "scratch");
    String described = restricted.run("describe", "pod", "furnished");
    assertThat(described).containsPattern("Normal +Injected ").doesNotContain("Warning  Bypassed");
  }

  @Test
  void theReasonForNoSidecarIsToldOnThePodAndOnItsOwner() {
    for (String kind : List.of("pod", "replicaset")) {
      open.untilDescribed(
          kind + " --selector=app=host",
          "Warning +InjectionSkipped .*HostNetwork: .*remove spec.hostNetwork");
    }
    assertThat(open.run("get", "events", "--field-selector=reason=InjectionSkipped"))
        .contains("replicaset/host-", "pod/host-", "HostNetwork");
    assertThat(metric("tidegate_operator_pods_without_sidecar{reason=\"HostNetwork\"}"))
        .isPositive();
    assertThat(metric("tidegate_admissions_total{reason=\"HostNetwork\",result=\"skipped\"}"))
        .isPositive();
  }

  @Test
  void whoOptsOutGetsNoSidecarAndHearsNothing() {
    inPhase(open, "out", "Running");
    assertThat(pod(OPEN, "out").getSpec().getInitContainers()).isEmpty();
    open.untilDescribed("pod out", "Started");
    assertThat(open.run("describe", "pod", "out")).doesNotContain("tidegate-");
  }

  @Test
  void aContainerThatPassesByTheSidecarIsShown() {
    for (String shown :
        List.of(
            "proxied: HTTP_PROXY is set and NO_PROXY does not name 127.0.0.1; next: add 127.0.0.1",
            "elsewhere: OPENAI_BASE_URL leads elsewhere",
            "listed: envFrom ConfigMap settings may set")) {
      open.untilDescribed("pod bypassing", "Warning +Bypassed .* container " + shown);
    }
    assertThat(open.run("describe", "pod", "bypassing")).doesNotContain(" Bypassed: ");
    assertThat(pod(OPEN, "bypassing").getMetadata().getAnnotations().get("tidegate.io/injection"))
        .contains("\"reason\":\"Proxy\"", "\"reason\":\"OwnBaseUrl\"", "\"reason\":\"EnvFrom\"");
    for (String reason : List.of("Proxy", "OwnBaseUrl", "EnvFrom")) {
      assertThat(metric("tidegate_injection_bypassed_total{reason=\"" + reason + "\"}"))
          .isPositive();
    }
    inPhase(open, "bypassing", "Failed");
    assertThat(open.log("bypassing", "proxied")).startsWith("failed 502");
    assertThat(PROXIED).containsOnly("http://127.0.0.1:4100/v1/chat/completions");
    // It has no key that opens anything.
    assertThat(open.log("bypassing", "elsewhere")).startsWith("failed 401");
    assertThat(open.log("bypassing", "listed"))
        .startsWith("answered " + OPEN + "/chat/everything ");
  }

  private static void inPhase(Kubectl kubectl, String pod, String phase) {
    kubectl.run("wait", "--for=jsonpath={.status.phase}=" + phase, "pod/" + pod, PATIENCE);
  }

  private static void answered(String pod, String container) {
    until(
        () -> "a call in " + pod + "; now " + restricted.run("get", "pods"),
        () -> restricted.log(pod, container).contains("\n"));
    assertThat(restricted.log(pod, container)).startsWith(ANSWERED);
  }

  private static Pod pod(String namespace, String name) {
    return admin.pods().inNamespace(namespace).withName(name).require();
  }

  private static EnvVar env(Container container, String name) {
    return container.getEnv().stream()
        .filter(variable -> variable.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static double metric(String series) {
    return OperatorMetrics.sum(cluster, series);
  }
}
