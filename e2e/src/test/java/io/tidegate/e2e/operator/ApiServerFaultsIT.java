package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.tidegate.api.ModelProvider;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.e2e.operator.FaultyApi.Delivery;
import io.tidegate.e2e.operator.FaultyApi.Refusal;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong between the operator and its API server takes nothing back from sidecars and
 * statuses, and is over soon after it is healed.
 */
class ApiServerFaultsIT {
  private static final List<String> KINDS =
      List.of(
          "configmaps",
          "modelproviders",
          "modelroutes",
          "namespaces",
          "pods",
          "promptversions",
          "secrets",
          "serviceaccounts",
          "sidecarprofiles",
          "tenantbudgets");

  private static ControlPlane api;
  private static Installation installation;
  private static FaultyWire wire;
  private static FaultyApi faulty;

  private Installation.Replica replica;
  private Governed governed;

  @BeforeAll
  static void start() {
    api = ControlPlane.start();
    installation = Installation.of(api, "--set", "caBundles.configMapNames={corp-ca}");
    wire = new FaultyWire(api.config().getMasterUrl());
    faulty = new FaultyApi(api.config());
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {installation, faulty, wire, api}) {
      if (one != null) {
        one.close();
      }
    }
  }

  @AfterEach
  void end() {
    faulty.heal();
    wire.heal();
    if (governed != null) {
      governed.close();
    }
    if (replica != null) {
      replica.close();
    }
  }

  private void governedBy(String url, String... settings) {
    replica = installation.replica("faulty", new Rerouted(api, url), settings);
    governed = new Governed(installation, replica);
  }

  private void converged(String fault) {
    Duration taken = governed.awaitProgrammed();
    System.out.printf("%s: Programmed %d ms after%n", fault, taken.toMillis());
    governed.nothingWasTakenBack();
  }

  @Test
  void connectionsThatWentSilentAreNoticedAndReplaced() {
    governedBy(wire.url());
    wire.loseConnections();
    governed.edit();
    converged("half-open");
  }

  @Test
  void aStallIsSeenForEveryKindAndServingGoesOn() {
    governedBy(wire.url());
    wire.stall();
    governed.edit();
    long start = System.nanoTime();
    until("the stall is seen", () -> KINDS.stream().allMatch(readiness()::contains));
    System.out.printf("stall: seen after %d ms%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(KINDS).allMatch(kind -> silenceSeconds(kind) > 10);
    governed.stillServes();
    until("30 s", () -> System.nanoTime() - start > 30_000_000_000L);
    assertThat(governed.arrived()).isFalse();
    wire.heal();
    converged("stall");
    until("the stall is over", () -> readiness().equals("ready\n"));
  }

  @Test
  void watchesSurviveRestartsOfTheApiServer() {
    governedBy(api.config().getMasterUrl());
    api.stopApiServer();
    governed.stillServes();
    api.startApiServer();
    governed.edit();
    converged("restart");
    api.killApiServer();
    governed.stillServes();
    api.startApiServer();
    governed.edit();
    converged("kill");
  }

  @Test
  void watchesThatAreEndedOrToldAnErrorGoOn() {
    governedBy(faulty.url());
    faulty.closeWatches();
    governed.edit();
    converged("watches closed");
    for (Refusal error : Refusal.values()) {
      faulty.sayInWatches(error);
      governed.edit();
      converged("told in watches: " + error);
    }
  }

  @Test
  void watchesThatAreRefusedAreOpenedOnceTheyMay() {
    governedBy(faulty.url());
    for (Refusal refusal : Refusal.values()) {
      whileRefused(refusal, FaultyApi::isWatch);
      converged("watches refused: " + refusal);
    }
    assertThat(faulty.plainWatches()).isZero();
  }

  @Test
  void anApiServerThatRefusesEverythingTakesNothingBack() {
    governedBy(faulty.url());
    for (Refusal refusal : Refusal.values()) {
      whileRefused(refusal, _ -> true);
      converged("all refused: " + refusal);
    }
  }

  /** An edit is made, and sidecars are served, while the operator's caches cannot be kept. */
  private void whileRefused(Refusal refusal, Predicate<HttpServerRequest> which) {
    faulty.refuse(refusal, which);
    faulty.sayInWatches(Refusal.Gone);
    governed.edit();
    governed.stillServes();
    until("several are refused", () -> faulty.refusals() >= KINDS.size());
    faulty.heal();
  }

  /** Out of order is what no API server sends; who does is healed by being replaced. */
  @Test
  void eventsThatComeTwiceOrOutOfOrderAreMadeGood() {
    governedBy(faulty.url());
    faulty.deliver(Delivery.Twice);
    governed.edit();
    converged("events twice");
    faulty.deliver(Delivery.OldAgain);
    governed.edit();
    until("the new state came, and the old again", () -> faulty.repeated("modelroutes") > 0);
    faulty.heal();
    faulty.closeWatches();
    converged("events out of order");
  }

  /** The chart grants one name of CA bundles, and Secrets of its own namespace. */
  @Test
  void whatMayNotBeReadKeepsNothingElseWaiting() {
    String namespace = api.newNamespace("forbidden");
    installation.apply(
        """
        apiVersion: tidegate.io/v1alpha1
        kind: ModelProvider
        metadata: {name: bundled, namespace: %1$s}
        spec:
          type: OpenAICompatible
          endpoint: https://p.example/v1
          tls: {caBundle: {configMapRef: {name: other}}}
          models: [{name: m}]
        ---
        apiVersion: tidegate.io/v1alpha1
        kind: ModelProvider
        metadata: {name: keyed, namespace: %1$s}
        spec:
          type: OpenAI
          credentials: {apiKey: {secretRef: {name: key}}}
          models: [{name: m}]
        """
            .formatted(namespace));
    governedBy(
        api.config().getMasterUrl(), "SECRET_NAMESPACES", Installation.NAMESPACE + "," + namespace);
    governed.edit();
    converged("lists forbidden");
    untilSaid(namespace, "bundled", "CaBundleNotGranted");
    untilSaid(namespace, "keyed", "SecretNamespaceNotGranted");
  }

  private static void untilSaid(String namespace, String provider, String reason) {
    var held =
        installation.admin.resources(ModelProvider.class).inNamespace(namespace).withName(provider);
    until(
        () -> reason + " in " + held.get().getStatus(),
        () -> String.valueOf(held.get().getStatus()).contains(reason));
  }

  @Test
  void aPodIsInjectedWhoseNamespaceWasLabelledWhileTheWatchIsAway() {
    String namespace = api.newNamespace("labelled-late");
    installation
        .admin
        .serviceAccounts()
        .inNamespace(namespace)
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName("default").endMetadata().build())
        .create();
    governedBy(faulty.url());
    faulty.refuse(
        Refusal.Unavailable,
        request -> FaultyApi.isWatch(request) && request.path().endsWith("/namespaces"));
    faulty.closeWatches();
    until("the watch is away", () -> faulty.refusals() > 0);
    installation
        .admin
        .namespaces()
        .withName(namespace)
        .edit(
            found ->
                new NamespaceBuilder(found)
                    .editMetadata()
                    .addToLabels("tidegate.io/inject", "enabled")
                    .endMetadata()
                    .build());
    assertThat(installation.pods.running(namespace, "app")).isNotNull();
  }

  private String readiness() {
    return get("/readyz");
  }

  private double silenceSeconds(String kind) {
    String gauge = "tidegate_operator_watch_silence_seconds{informer=\"" + kind + "\"} ";
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(gauge))
        .mapToDouble(line -> Double.parseDouble(line.substring(gauge.length())))
        .findFirst()
        .orElseThrow();
  }

  private String get(String path) {
    URI page = URI.create("http://127.0.0.1:" + replica.operator().adminPort() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
