package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.cli.CrdFiles;
import io.tidegate.cli.embedded.EmbeddedApi;
import io.tidegate.cli.local.LocalPod;
import io.tidegate.cli.local.LoopbackNetwork;
import io.tidegate.cli.local.ProviderFleet;
import io.tidegate.cli.local.RunDirectory;
import io.tidegate.cli.local.SidecarFleet;
import io.tidegate.cli.manifest.DirectoryApplier;
import io.tidegate.cli.manifest.KnownKinds;
import io.tidegate.cli.manifest.ManifestReader;
import io.tidegate.cli.workloads.WorkloadController;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.e2e.cluster.Definitions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code tidegate up} runs, in pieces that a test can end one by one: the API in this process
 * or a real one, the operator, the sidecar and the sample provider each as a process of their own.
 */
final class LocalCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
  private static final String WORKLOADS = "e2e";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Path directory;
  private RunDirectory run;
  private LoopbackNetwork network;
  private KubernetesClient client;
  private OperatorProcess operator;
  private DirectoryApplier applier;
  private SidecarFleet sidecars;
  private ProviderFleet providers;
  private Set<Long> notTheSidecar = Set.of();

  private LocalCluster(Path directory) {
    this.directory = directory;
  }

  /** Brings all of it up on a copy of the directory {@code line}, with its one workload. */
  static LocalCluster up(Path work) throws Exception {
    return up(work, Optional.empty());
  }

  /** The same on a real API, which stays the caller's to close, after this. */
  static LocalCluster up(Path work, Cluster api) throws Exception {
    return up(work, Optional.of(api));
  }

  private static LocalCluster up(Path work, Optional<Cluster> real) throws Exception {
    LocalCluster cluster = new LocalCluster(Files.createDirectory(work.resolve("dir")));
    try {
      cluster.open(work, real);
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private void open(Path work, Optional<Cluster> real) throws Exception {
    copyDirectory();
    run = keep(RunDirectory.create(work.resolve("run")));
    Path hosts = run.path().resolve("hosts");
    network = LoopbackNetwork.claim(hosts, OperatorProcess.TLS_PORT, OperatorProcess.ADMIN_PORT);
    network.name("tidegate-system", "tidegate-operator", network.first());
    InstantSource clock = InstantSource.system();
    if (real.isPresent()) {
      RunDirectory.writePrivate(run.kubeconfig(), Files.readString(real.get().kubeconfig()));
      client = keep(real.get().admin());
    } else {
      EmbeddedApi api = keep(EmbeddedApi.start(network.first(), 0, network, clock));
      RunDirectory.writePrivate(run.kubeconfig(), api.kubeconfig());
      client = keep(api.client());
    }
    furnish(real.isPresent());
    operator = keep(new OperatorProcess(work, run.kubeconfig(), network.first()));
    operator.start();
    Line.await(PATIENCE, () -> "the webhook is not trusted", this::isWebhookTrusted);
    applier =
        new DirectoryApplier(
            new ManifestReader(directory), new KnownKinds(CrdFiles.load()), client);
    apply();
    if (real.isPresent()) {
      Line.await(PATIENCE, () -> "the API server does not reach the webhook", this::injects);
    }
    String classPath = OperatorProcess.classPath();
    Failures failures = new Failures();
    providers = keep(new ProviderFleet(client, network, run, classPath, failures));
    sidecars = keep(new SidecarFleet(client, network, run, classPath, failures, clock));
    keep(WorkloadController.start(client));
    providers.start();
    Line.await(PATIENCE, () -> "no provider", () -> !providers.running().isEmpty());
    notTheSidecar = new HashSet<>(children());
    sidecars.start();
    Line.await(PATIENCE, () -> "no sidecar", () -> sidecars.running().size() == 1);
  }

  /** A real API reaches the webhook by URL, and has nobody who makes ServiceAccounts. */
  private void furnish(boolean real) throws IOException {
    for (var crd : CrdFiles.load()) {
      client.resource(crd).create();
    }
    if (real) {
      Definitions.awaitEstablished(client);
    }
    try (InputStream furniture = getClass().getResourceAsStream("/furniture/webhook.yaml")) {
      client.load(furniture).create();
    }
    if (!real) {
      return;
    }
    String url = "https://" + network.first() + ":" + OperatorProcess.TLS_PORT + "/admit/inject";
    var webhooks = client.admissionRegistration().v1().mutatingWebhookConfigurations();
    webhooks
        .withName("tidegate")
        .edit(
            stored -> {
              WebhookClientConfig byUrl = new WebhookClientConfigBuilder().withUrl(url).build();
              stored.getWebhooks().getFirst().setClientConfig(byUrl);
              return stored;
            });
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(WORKLOADS).endMetadata().build())
        .create();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(WORKLOADS)
                .withName("default")
                .endMetadata()
                .build())
        .create();
  }

  /** The API server heeds a webhook a moment after it was registered. */
  private boolean injects() {
    Pod probe =
        new PodBuilder()
            .withNewMetadata()
            .withName("probe")
            .withNamespace(WORKLOADS)
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("default")
            .addNewContainer()
            .withName("app")
            .withImage("app")
            .endContainer()
            .endSpec()
            .build();
    return LocalPod.isInjected(client.resource(probe).dryRun(true).create());
  }

  private void copyDirectory() throws IOException {
    Path line = Line.root().resolve("e2e/src/test/resources/line");
    try (Stream<Path> files = Files.list(line)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
    }
  }

  private boolean isWebhookTrusted() {
    return client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("tidegate")
        .get()
        .getWebhooks()
        .stream()
        .map(MutatingWebhook::getClientConfig)
        .allMatch(c -> c.getCaBundle() != null && !c.getCaBundle().isEmpty());
  }

  /** Changes one text in one file, and applies it, whether an operator is there or not. */
  void edit(String file, String old, String fresh) throws IOException {
    Path path = directory.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(old);
    Files.writeString(path, text.replace(old, fresh));
    apply();
  }

  private void apply() throws IOException {
    assertThat(applier.apply().problems()).isEmpty();
  }

  /** Waits until the object's newest generation is in force at every sidecar. */
  void awaitProgrammed(Class<? extends HasMetadata> kind, String namespace, String name) {
    Line.await(
        PATIENCE,
        () -> "not programmed: " + Serialization.asYaml(get(kind, namespace, name)),
        () -> isProgrammed(get(kind, namespace, name)));
  }

  private HasMetadata get(Class<? extends HasMetadata> kind, String namespace, String name) {
    return client.resources(kind).inNamespace(namespace).withName(name).get();
  }

  private static boolean isProgrammed(HasMetadata object) {
    JsonNode tree = new JsonMapper().valueToTree(object);
    for (JsonNode condition : tree.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Programmed")) {
        return condition.path("status").asText().equals("True")
            && condition.path("observedGeneration").asLong()
                == tree.path("metadata").path("generation").asLong();
      }
    }
    return false;
  }

  /** The one sidecar, as {@code kill -9} ends it; the fleet starts it again on its folders. */
  long killSidecar() {
    List<ProcessHandle> handles = sidecarProcesses();
    assertThat(handles).hasSize(1);
    handles.getFirst().destroyForcibly();
    return handles.getFirst().pid();
  }

  List<ProcessHandle> sidecarProcesses() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.isAlive() && !notTheSidecar.contains(child.pid()))
        .filter(child -> !operator.is(child))
        .toList();
  }

  private static List<Long> children() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).toList();
  }

  OperatorProcess operator() {
    return operator;
  }

  KubernetesClient client() {
    return client;
  }

  LocalPod pod() {
    return sidecars.running().getFirst();
  }

  /** Where the operator answers TLS. */
  String operatorAddress() {
    return network.first();
  }

  Path runDirectory() {
    return run.path();
  }

  /** {@code http://address:port} of the sample provider. */
  String provider() {
    return "http://" + providers.running().keySet().iterator().next();
  }

  /** Events of the workload's call with this id: one, once it has ended. */
  List<JsonNode> events(String callId) {
    JsonMapper json = new JsonMapper();
    try {
      List<JsonNode> found = new ArrayList<>();
      for (String line : Files.readAllLines(pod().events())) {
        if (line.contains(callId) && line.endsWith("}")) {
          found.add(json.readTree(line));
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  /** Closes all, last first. */
  @Override
  public void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  /** What the fleets tell; a test sees it in its log. */
  private static final class Failures implements SidecarFleet.Listener {
    @Override
    public void ready(LocalPod pod) {
      LOG.info("{} is ready", pod.name());
    }

    @Override
    public void gone(LocalPod pod) {
      LOG.info("{} is gone", pod.name());
    }

    @Override
    public void failed(String sentence) {
      LOG.info("{}", sentence);
    }
  }
}
