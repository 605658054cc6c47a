package io.tidegate.cli.up;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.Kubeconfig;
import io.tidegate.cli.embedded.EmbeddedApi;
import io.tidegate.cli.local.LoopbackNetwork;
import io.tidegate.cli.local.ProviderFleet;
import io.tidegate.cli.local.RunDirectory;
import io.tidegate.cli.local.SidecarFleet;
import io.tidegate.cli.manifest.DirectoryWatch;
import io.tidegate.cli.workloads.WorkloadController;
import io.tidegate.operator.Operator;
import io.tidegate.operator.OperatorSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Everything that one {@code up} runs; {@link #up} brings it up in order, {@link #close} undoes it.
 */
final class Stack implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final UpOptions options;
  private final PrintStream out;
  private final PrintStream err;
  private final InstantSource clock = InstantSource.system();
  private final int tlsPort = LoopbackNetwork.freePort(8443);
  private final int adminPort = LoopbackNetwork.freePort(8080);
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile boolean closed;

  Stack(UpOptions options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /**
   * @throws CliFailure when something of it cannot come up; the caller closes what did
   */
  void up() throws IOException {
    if (options.readyFile().isPresent()) {
      Files.deleteIfExists(options.readyFile().get());
    }
    RunDirectory run = keep(RunDirectory.create(RunDirectory.base(System.getenv())));
    run.describe(options.directory().toAbsolutePath().normalize().toString());
    LoopbackNetwork network =
        LoopbackNetwork.claim(run.path().resolve("hosts"), tlsPort, adminPort);
    network.name(
        ClusterFurniture.OPERATOR_NAMESPACE, ClusterFurniture.OPERATOR_SERVICE, network.first());
    KubernetesClient client = api(network, run);
    String webhook = webhookUrl(network);
    Optional<GivenApi> given =
        options.kubeconfig().map(file -> keep(GivenApi.of(file, client, webhook, err)));
    LiveDirectory directory =
        new LiveDirectory(
            options.directory(),
            client,
            namespace -> given.ifPresent(api -> api.furnish(namespace)),
            out,
            err);
    given.ifPresent(api -> api.takeOver(directory::lived));
    ClusterFurniture furniture = new ClusterFurniture(client);
    furniture.beforeOperator();
    given.ifPresent(GivenApi::furnish);
    operator(network, client, furniture, directory);
    given.ifPresent(GivenApi::checkInjection);
    Report report = new Report(options, out, err);
    SidecarFleet sidecars =
        keep(
            new SidecarFleet(
                client, network, run, classPath("tidegate.sidecar.classpath"), report, clock));
    ProviderFleet providers =
        keep(
            new ProviderFleet(client, network, run, System.getProperty("java.class.path"), report));
    keep(report);
    directory.apply();
    providers.start();
    sidecars.start();
    if (!given.map(GivenApi::hasControllers).orElse(false)) {
      keep(WorkloadController.start(client));
    }
    directory.awaitPods(sidecars, PATIENCE);
    directory.showConditions();
    report.up(
        client.getMasterUrl().toString(),
        run,
        "https://" + network.first() + ":" + tlsPort,
        "http://" + network.first() + ":" + adminPort,
        sidecars,
        providers,
        directory.applied());
    keep(ConditionWatch.start(client, directory::conditionsChanged));
    keep(DirectoryWatch.start(options.directory(), directory::changed));
    readyFile(client, run, network, sidecars);
  }

  private KubernetesClient api(LoopbackNetwork network, RunDirectory run) throws IOException {
    if (options.kubeconfig().isPresent()) {
      Path file = options.kubeconfig().get();
      Config config = Kubeconfig.read(file);
      Kubeconfig.probe(file, config);
      RunDirectory.writePrivate(run.kubeconfig(), Files.readString(file));
      return keep(new KubernetesClientBuilder().withConfig(config).build());
    }
    EmbeddedApi api;
    try {
      api =
          keep(
              EmbeddedApi.start(
                  network.first(),
                  options.apiPort().orElseGet(() -> LoopbackNetwork.freePort(6443)),
                  network,
                  clock));
    } catch (IOException e) {
      throw CliFailure.failed(
          e.getMessage() + "\n    next: give another --api-port, or 0 for any free one", e);
    }
    RunDirectory.writePrivate(run.kubeconfig(), api.kubeconfig());
    return keep(api.client());
  }

  private void operator(
      LoopbackNetwork network,
      KubernetesClient client,
      ClusterFurniture furniture,
      LiveDirectory directory) {
    boolean embedded = options.kubeconfig().isEmpty();
    furniture.registerWebhook(embedded ? "" : webhookUrl(network), tlsPort);
    OperatorSettings settings =
        OperatorSettings.of(
            Map.of(
                "TIDEGATE_OPERATOR_URL",
                    "https://%s.%s.svc:%d"
                        .formatted(
                            ClusterFurniture.OPERATOR_SERVICE,
                            ClusterFurniture.OPERATOR_NAMESPACE,
                            tlsPort),
                "TIDEGATE_HOST", network.first(),
                "TIDEGATE_TLS_PORT", Integer.toString(tlsPort),
                "TIDEGATE_ADMIN_PORT", Integer.toString(adminPort),
                "TIDEGATE_SECRET_NAMESPACES", String.join(",", directory.namespaces()),
                "TIDEGATE_WEBHOOK_CONFIGURATION", ClusterFurniture.WEBHOOK));
    Operator operator =
        keep(
            Operator.start(
                settings, new KubernetesClientBuilder().withConfig(client.getConfiguration())));
    try {
      operator
          .whenReady()
          .toCompletableFuture()
          .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      throw CliFailure.failed("the operator does not become ready: " + e.getCause(), e);
    }
    if (!Deadline.await(PATIENCE, furniture::isWebhookTrusted)) {
      throw CliFailure.failed(
          "the operator did not write its CA into the MutatingWebhookConfiguration \""
              + ClusterFurniture.WEBHOOK
              + "\"\n    next: look for its reason above");
    }
  }

  private String webhookUrl(LoopbackNetwork network) {
    return "https://" + network.first() + ":" + tlsPort;
  }

  private void readyFile(
      KubernetesClient client, RunDirectory run, LoopbackNetwork network, SidecarFleet sidecars)
      throws IOException {
    if (options.readyFile().isPresent()) {
      Path file = options.readyFile().get();
      new ReadyFile()
          .api(client.getMasterUrl().toString(), run.kubeconfig())
          .operator(
              "https://" + network.first() + ":" + tlsPort,
              "http://" + network.first() + ":" + adminPort)
          .workloads(sidecars.running())
          .write(file);
      keep(() -> Files.deleteIfExists(file));
    }
  }

  private static String classPath(String property) {
    return System.getProperty(property, System.getProperty("java.class.path"));
  }

  private synchronized <T extends AutoCloseable> T keep(T resource) {
    if (closed) {
      throw CliFailure.failed("ended while coming up");
    }
    opened.push(resource);
    return resource;
  }

  /** Whether {@link #close} has begun. */
  boolean isEnding() {
    return closed;
  }

  /** Closes all, last first; a second call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        err.println("tidegate: while ending: " + e);
      }
    }
  }
}
