package io.tidegate.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.tidegate.cli.embedded.EmbeddedApi;
import io.tidegate.operator.admit.InjectionProfile;
import io.tidegate.operator.admit.InjectionSettings;
import io.tidegate.operator.admit.PodMutator;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sidecars run whether or not the API takes what is said of them. */
class SidecarFleetTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Ready at once, and ends when it is told to. */
  private static final String SIDECAR =
      """
      package io.tidegate.sidecar;

      import com.sun.net.httpserver.HttpServer;
      import java.net.InetSocketAddress;

      public final class Main {
        public static void main(String[] args) throws Exception {
          String[] listen = System.getenv("TIDEGATE_ADMIN_LISTEN").split(":");
          HttpServer server =
              HttpServer.create(new InetSocketAddress(listen[0], Integer.parseInt(listen[1])), 0);
          server.createContext(
              "/readyz",
              exchange -> {
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
              });
          server.createContext("/end", exchange -> Runtime.getRuntime().halt(3));
          server.start();
        }
      }
      """;

  @TempDir Path directory;

  private final AtomicInteger refused = new AtomicInteger();
  private final List<LocalPod> ready = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;
  private EmbeddedApi api;
  private KubernetesClient admin;
  private KubernetesClient client;
  private RunDirectory run;
  private SidecarFleet fleet;

  @BeforeEach
  void start() throws Exception {
    api = EmbeddedApi.start("127.0.0.1", 0, (_, _) -> Optional.empty(), InstantSource.system());
    admin = api.client();
    Interceptor refusals =
        new Interceptor() {
          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (refusing && request.uri().getPath().endsWith("/status")) {
              refused.incrementAndGet();
              throw new KubernetesClientException("refused by the test");
            }
          }
        };
    client =
        new KubernetesClientBuilder()
            .withConfig(api.config())
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("refusals", refusals))
            .build();
    run = RunDirectory.create(directory.resolve("runs"));
    fleet =
        new SidecarFleet(
            client,
            LoopbackNetwork.claim(directory.resolve("hosts")),
            run,
            compiled() + File.pathSeparator + classPath(),
            new Listener(),
            InstantSource.system());
  }

  @AfterEach
  void end() throws Exception {
    fleet.close();
    client.close();
    admin.close();
    api.close();
    run.close();
  }

  private final class Listener implements SidecarFleet.Listener {
    @Override
    public void ready(LocalPod pod) {
      ready.add(pod);
    }

    @Override
    public void gone(LocalPod pod) {
      ready.remove(pod);
    }

    @Override
    public void failed(String sentence) {
      failures.add(sentence);
    }
  }

  private Path compiled() throws Exception {
    Path source = Files.writeString(directory.resolve("Main.java"), SIDECAR);
    Path classes = Files.createDirectory(directory.resolve("classes"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), source.toString()))
        .isZero();
    return classes;
  }

  private static String classPath() {
    return SidecarFleetTest.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(URL::getPath)
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  private void create() {
    Pod plain =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("app")
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("default")
            .addNewContainer()
            .withName("app")
            .withImage("app:1")
            .endContainer()
            .endSpec()
            .build();
    PodMutator mutator =
        new PodMutator(
            new InjectionSettings(
                "tidegate-system", "https://operator.test:8443", "tidegate/sidecar:1", () -> ""));
    admin.resource(mutator.mutate(plain, InjectionProfile.builtIn()).pod()).create();
  }

  private Pod stored() {
    return admin.pods().inNamespace("default").withName("app").get();
  }

  private boolean isSaidReady() {
    Pod pod = stored();
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(one -> one.getType().equals("Ready") && one.getStatus().equals("True"));
  }

  private void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s; %s", what, failures).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Test
  void aSidecarThatEndedIsStartedAgainAndCountsWhileItsStatusCannotBeWritten() throws Exception {
    create();
    fleet.start();
    until("ready", () -> ready.size() == 1 && isSaidReady());

    refusing = true;
    admin.pods().inNamespace("default").resource(stored()).editStatus(SidecarFleetTest::unready);
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create(ready.getFirst().adminUrl() + "/end");
      var unused =
          http.sendAsync(
              java.net.http.HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
      until("it ended", () -> failures.stream().anyMatch(one -> one.contains("is started again")));
    }
    until("ready again", () -> ready.size() == 2);
    assertThat(fleet.running()).hasSize(1);
    assertThat(refused).hasPositiveValue();
    assertThat(isSaidReady()).isFalse();

    refusing = false;
    until("the API knows", this::isSaidReady);
  }

  private static Pod unready(Pod pod) {
    pod.getStatus().getConditions().forEach(condition -> condition.setStatus("False"));
    return pod;
  }

  @Test
  void aPodThatCameWhileTheApiRefusedRunsOnceItDoesNot() {
    refusing = true;
    create();
    fleet.start();
    until("refused more than once", () -> refused.get() > 1);
    assertThat(ready).isEmpty();
    refusing = false;
    until("it runs", () -> ready.size() == 1 && isSaidReady());
  }
}
