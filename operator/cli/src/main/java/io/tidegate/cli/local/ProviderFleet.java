package io.tidegate.cli.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Gives every Service an address and a name, and runs the sample provider behind those whose pods
 * have its image: one process per Service and port, however many replicas, listening on the
 * Service's own address and port.
 */
public final class ProviderFleet implements AutoCloseable {
  private static final String IMAGE = "tidegate-sample-provider";
  private static final String MAIN = "io.tidegate.provider.SampleProvider";

  /** Small and soon there; how fast it answers later is nobody's concern. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xmx96m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final long PROBE_MILLIS = 100;

  private final KubernetesClient client;
  private final LoopbackNetwork network;
  private final RunDirectory run;
  private final String classPath;
  private final SidecarFleet.Listener listener;
  private final Map<String, ChildProcess> byAddress = new ConcurrentHashMap<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Map<String, String> titles = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("providers").factory());
  private SharedIndexInformer<Service> services;
  private SharedIndexInformer<Pod> pods;

  /**
   * @param client stays the caller's to close, after this
   * @param classPath of the sample provider, and of this class
   */
  public ProviderFleet(
      KubernetesClient client,
      LoopbackNetwork network,
      RunDirectory run,
      String classPath,
      SidecarFleet.Listener listener) {
    this.client = client;
    this.network = network;
    this.run = run;
    this.classPath = classPath;
    this.listener = listener;
  }

  public void start() {
    services = client.services().inAnyNamespace().inform(new Waker<>());
    pods = client.pods().inAnyNamespace().inform(new Waker<>());
  }

  /** What listens where: {@code address:port} to {@code namespace/service}. */
  public Map<String, String> running() {
    return new TreeMap<>(titles);
  }

  private void reconcile() {
    try {
      List<Pod> all = client.pods().inAnyNamespace().list().getItems();
      Map<String, String> wanted = new HashMap<>();
      for (Service service : client.services().inAnyNamespace().list().getItems()) {
        String namespace = service.getMetadata().getNamespace();
        String address = network.claimService(namespace, service.getMetadata().getName());
        Optional<Container> provider = provider(service, all);
        if (provider.isPresent()) {
          for (ServicePort port : service.getSpec().getPorts()) {
            String at = address + ":" + port.getPort();
            String title = namespace + "/" + service.getMetadata().getName();
            if (byAddress.containsKey(at) || isFree(at, title)) {
              wanted.put(at, title);
              ensure(at, provider.get());
            }
          }
        }
      }
      for (String at : List.copyOf(byAddress.keySet())) {
        if (!wanted.containsKey(at)) {
          titles.remove(at);
          byAddress.remove(at).stop();
        }
      }
      wanted.forEach((at, title) -> await(at, title));
    } catch (IOException | KubernetesClientException e) {
      if (!thread.isShutdown()) {
        listener.failed("the sample provider cannot be run: " + e.getMessage());
      }
    }
  }

  /** A stranger that listens on this port on every address would answer in the provider's place. */
  private boolean isFree(String at, String title) {
    InetSocketAddress address = address(at);
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(address);
      refused.remove(at);
      return true;
    } catch (IOException e) {
      if (refused.add(at)) {
        listener.failed(
            "the sample provider of Service %s cannot listen on %s: %s%n    next: end the program that uses port %d, or give the Service and the provider's endpoint another above 1023"
                .formatted(title, at, e.getMessage(), address.getPort()));
      }
      return false;
    }
  }

  private static InetSocketAddress address(String at) {
    int colon = at.lastIndexOf(':');
    return new InetSocketAddress(at.substring(0, colon), Integer.parseInt(at.substring(colon + 1)));
  }

  private void ensure(String at, Container container) throws IOException {
    ChildProcess running = byAddress.get(at);
    if (running != null && running.isAlive()) {
      return;
    }
    Path home = run.directory("providers", at.replace(':', '-'));
    Map<String, String> environment = new HashMap<>();
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValue() != null) {
        environment.put(variable.getName(), variable.getValue());
      }
    }
    environment.put("SAMPLE_PROVIDER_LISTEN", at);
    Path log = home.resolve("provider.log");
    byAddress.put(
        at,
        ChildProcess.start(
            new ChildProcess.Program(MAIN, classPath, JVM_OPTIONS),
            environment,
            home,
            run.path(),
            log,
            log));
  }

  private void await(String at, String title) {
    if (titles.containsKey(at)) {
      return;
    }
    InetSocketAddress address = address(at);
    try (Socket probe = new Socket()) {
      probe.connect(address, (int) PROBE_MILLIS);
      titles.put(at, title);
    } catch (IOException e) {
      ChildProcess process = byAddress.get(at);
      if (process != null && !process.isAlive()) {
        byAddress.remove(at);
        listener.failed(
            "the sample provider of Service "
                + title
                + " ended:\n    "
                + words(at)
                + "\n    next: mend what it names, and save the Deployment");
        return;
      }
      later(PROBE_MILLIS);
    }
  }

  private String words(String at) {
    Path log =
        run.path().resolve("providers").resolve(at.replace(':', '-')).resolve("provider.log");
    try {
      return Files.readAllLines(log).stream().limit(3).collect(Collectors.joining("\n    "));
    } catch (IOException e) {
      return "it left no log: " + e.getMessage();
    }
  }

  private static Optional<Container> provider(Service service, List<Pod> pods) {
    Map<String, String> selector = service.getSpec().getSelector();
    if (selector == null || selector.isEmpty()) {
      return Optional.empty();
    }
    return pods.stream()
        .filter(p -> p.getMetadata().getNamespace().equals(service.getMetadata().getNamespace()))
        .filter(p -> p.getMetadata().getLabels() != null)
        .filter(p -> p.getMetadata().getLabels().entrySet().containsAll(selector.entrySet()))
        .flatMap(p -> p.getSpec().getContainers().stream())
        .filter(c -> isProvider(c.getImage()))
        .findFirst();
  }

  static boolean isProvider(String image) {
    return image != null && image.substring(image.lastIndexOf('/') + 1).startsWith(IMAGE);
  }

  private void later(long millis) {
    try {
      var unused = thread.schedule(this::reconcile, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return;
    }
  }

  /** Ends every provider. */
  @Override
  public void close() {
    if (services != null) {
      services.close();
      pods.close();
    }
    thread.shutdownNow();
    byAddress.values().forEach(ChildProcess::stop);
  }

  private final class Waker<T> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T added) {
      later(0);
    }

    @Override
    public void onUpdate(T before, T after) {
      later(0);
    }

    @Override
    public void onDelete(T deleted, boolean stateUnknown) {
      later(0);
    }
  }
}
