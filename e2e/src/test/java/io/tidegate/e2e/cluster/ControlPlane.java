package io.tidegate.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.opentest4j.TestAbortedException;

/**
 * An API of our own: etcd and the API server, on ports of this machine's loopback. It can be taken
 * away and given back, at the same address and with the same objects.
 */
public final class ControlPlane implements Cluster, AutoCloseable {
  private static final String ETCD = "etcd";
  private static final String API_SERVER = "kube-apiserver";
  private static final String CERT_MANAGER = "cert-manager";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int ATTEMPTS = 3;

  private final Programs programs;
  private final ClusterDirectory directory;

  private ControlPlane(Programs programs, ClusterDirectory directory) {
    this.programs = programs;
    this.directory = directory;
  }

  /**
   * Starts one and waits until it is ready. Where another process takes one of its ports meanwhile,
   * it starts again with others.
   *
   * @throws ClusterUnavailable when its programs cannot be had or do not start
   * @throws TestAbortedException when its programs cannot be had, and the user gave a cluster
   */
  public static ControlPlane start() {
    try {
      return start(Programs.ofTheApi(), "api");
    } catch (ClusterUnavailable e) {
      if (e.reason() == ClusterUnavailable.Reason.NO_API && GivenCluster.isGiven()) {
        throw new TestAbortedException(
            "The cluster of -Dtidegate.kubeconfig is not ours to switch off.", e);
      }
      throw e;
    }
  }

  /** Starts one on the network that {@code run/prepare} makes for a cluster of this kind. */
  static ControlPlane start(Programs programs, String kind) {
    for (int attempt = 1; ; attempt++) {
      try {
        return tryToStart(programs, kind);
      } catch (ClusterUnavailable e) {
        if (attempt == ATTEMPTS || !e.getMessage().contains("address already in use")) {
          throw e;
        }
      }
    }
  }

  private static ControlPlane tryToStart(Programs programs, String kind) {
    ControlPlane started = new ControlPlane(programs, ClusterDirectory.prepare(programs, kind));
    try {
      started.directory.start(ETCD);
      started.startApiServer();
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  /** Starts the API server, with more flags where some are given, and waits until it is ready. */
  public void startApiServer(String... flags) {
    directory.start(API_SERVER, flags);
    awaitReady();
  }

  /** Ends the API server in good order, as a rollout of it does. */
  public void stopApiServer() {
    directory.stop(API_SERVER);
  }

  /** Ends the API server at once, as a crash does. */
  public void killApiServer() {
    directory.kill(API_SERVER);
  }

  /** Defines what cert-manager knows, without which nobody may apply any of it. */
  public void defineCertManager() {
    String definitions = Programs.ofCertManager().path("crds").toString();
    run("kubectl", "apply", "--server-side", "--filename", definitions).orFail();
    run("kubectl", "wait", "--for=condition=Established", "--timeout=120s", "-f", definitions)
        .orFail();
  }

  /** Starts cert-manager, which acts as the administrator. */
  public void startCertManager() {
    directory.start(CERT_MANAGER, Programs.ofCertManager().path(CERT_MANAGER).toString());
  }

  /** The end of what one of its programs printed. */
  public String endOfLog(String program) {
    return directory.endOfLog(program);
  }

  private void awaitReady() {
    Config impatient =
        new ConfigBuilder(config())
            .withRequestRetryBackoffLimit(0)
            .withConnectionTimeout(2_000)
            .withRequestTimeout(5_000)
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(impatient).build()) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!isReady(client)) {
        List<String> lost = directory.lost();
        if (!lost.isEmpty() || System.nanoTime() > end) {
          throw new ClusterUnavailable(
              ClusterUnavailable.Reason.NO_START,
              directory.endOfLog(ETCD) + "\n" + directory.endOfLog(API_SERVER));
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  private static boolean isReady(KubernetesClient client) {
    try {
      return "ok".equals(client.raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  ClusterDirectory directory() {
    return directory;
  }

  @Override
  public Path kubeconfig() {
    return directory.file("kubeconfig");
  }

  @Override
  public Path program(String name) {
    return programs.path(name);
  }

  /** Ends all of it and removes what it wrote. */
  @Override
  public void close() {
    directory.close();
  }
}
