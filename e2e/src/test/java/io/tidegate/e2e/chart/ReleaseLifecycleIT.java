package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.e2e.cluster.Definitions;
import io.tidegate.e2e.cluster.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Helm's own program, and kubectl's, on a real API server. No controller runs: no pod starts. */
class ReleaseLifecycleIT {
  private static final String DEFINITIONS = "tidegate-crds";

  @TempDir Path work;

  private ControlPlane api;
  private KubernetesClient admin;

  @BeforeEach
  void start() {
    api = ControlPlane.start();
    admin = api.admin();
  }

  @AfterEach
  void end() {
    admin.close();
    api.close();
  }

  @Test
  void aReleaseIsInstalledUpgradedAndUninstalledAndLeavesTheUsersObjects() throws Exception {
    assertThat(helm("install", Chart.RELEASE, Chart.OPERATOR, "--dry-run=server").orFail())
        .contains("does not list Tidegate's custom resources", "helm install tidegate-crds");
    helm("install", DEFINITIONS, Chart.CRDS, "--create-namespace").orFail();
    Ran installed = helm("install", Chart.RELEASE, Chart.OPERATOR);
    assertThat(installed.out()).doesNotContain("does not list");
    assertThat(installed.orFail()).contains(Notes.of(Chart.OPERATOR, Map.of()).text());
    Definitions.awaitEstablished(admin);
    allPresent(Chart.OPERATOR.render());
    applyWhatTheNotesSay();
    String bundle = writeCaBundle();

    helm("upgrade", Chart.RELEASE, Chart.OPERATOR, "--set", "replicas=3,webhook.failurePolicy=Fail")
        .orFail();
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(3);
    assertThat(webhook().getWebhooks())
        .hasSize(2)
        .allSatisfy(
            w -> {
              assertThat(w.getFailurePolicy()).isEqualTo("Fail");
              assertThat(w.getClientConfig().getCaBundle()).as("written by us").isEqualTo(bundle);
            });

    Ran refused = helm("upgrade", Chart.RELEASE, Chart.OPERATOR, "--set", "replicaz=4");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("additional properties 'replicaz' not allowed");
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(3);

    helm("upgrade", Chart.RELEASE, Chart.OPERATOR, "--set", "networkPolicy.enabled=false").orFail();
    assertThat(missing(Chart.OPERATOR.render()))
        .containsExactly("NetworkPolicy tidegate-system/tidegate-operator");

    uninstall(Chart.RELEASE);
    assertThat(missing(Chart.OPERATOR.render())).isEqualTo(Chart.OPERATOR.render().names());
    uninstall(DEFINITIONS);
    allPresent(Chart.CRDS.render());
    assertThat(run("kubectl", "get", "mr,mp", "--all-namespaces", "--output", "name").orFail())
        .contains("modelroute.tidegate.io/chat", "modelprovider.tidegate.io/openai");

    helm("install", DEFINITIONS, Chart.CRDS).orFail();
    helm("install", Chart.RELEASE, Chart.OPERATOR).orFail();
    allPresent(Chart.OPERATOR.render());
  }

  @Test
  void plainManifestsApplyToAnEmptyClusterAndASecondTimeChangeNothing() throws Exception {
    String[] apply = {
      "apply",
      "--server-side",
      "--filename",
      CrdTemplates.GENERATED.toString(),
      "--filename",
      ManifestsTest.FILE.toString()
    };
    run("kubectl", apply).orFail();
    Definitions.awaitEstablished(admin);
    Rendering manifests = Rendering.of(Files.readString(ManifestsTest.FILE));
    allPresent(manifests);
    List<String> before = versions(manifests);
    run("kubectl", apply).orFail();
    assertThat(versions(manifests)).isEqualTo(before);
  }

  private Ran helm(String verb, String release, Chart chart, String... more)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(verb, release, chart.directory().toString(), "--namespace", Chart.NAMESPACE));
    arguments.addAll(List.of(more));
    return run("helm", arguments.toArray(String[]::new));
  }

  private void uninstall(String release) throws IOException, InterruptedException {
    run("helm", "uninstall", release, "--namespace", Chart.NAMESPACE).orFail();
  }

  private Ran run(String program, String... arguments) throws IOException, InterruptedException {
    return api.run(program, arguments);
  }

  private void applyWhatTheNotesSay() throws IOException, InterruptedException {
    String yaml =
        Notes.of(Chart.OPERATOR, Map.of()).objects().stream()
            .map(Serialization::asYaml)
            .collect(Collectors.joining("---\n"));
    Path file = Files.writeString(work.resolve("objects.yaml"), yaml);
    Ran applied = run("kubectl", "apply", "--validate=strict", "--filename", file.toString());
    assertThat(applied.orFail())
        .contains(
            "secret/openai created", "/openai created", "modelroute.tidegate.io/chat created");
  }

  /** What the operator does at run time, with a certificate of the cluster at hand. */
  private String writeCaBundle() {
    String bundle = admin.getConfiguration().getCaCertData();
    MutatingWebhookConfiguration held = webhook();
    held.getWebhooks().forEach(w -> w.getClientConfig().setCaBundle(bundle));
    admin.resource(new MutatingWebhookConfigurationBuilder(held).build()).update();
    return bundle;
  }

  private MutatingWebhookConfiguration webhook() {
    return admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("tidegate")
        .get();
  }

  private Deployment deployment() {
    return admin
        .apps()
        .deployments()
        .inNamespace(Chart.NAMESPACE)
        .withName("tidegate-operator")
        .get();
  }

  private void allPresent(Rendering rendering) {
    assertThat(missing(rendering)).isEmpty();
  }

  private List<String> missing(Rendering rendering) {
    return rendering.objects().stream()
        .filter(object -> admin.resource(object).get() == null)
        .map(Rendering::name)
        .sorted()
        .toList();
  }

  private List<String> versions(Rendering rendering) {
    return rendering.objects().stream()
        .map(
            object -> {
              HasMetadata now = admin.resource(object).get();
              return Rendering.name(now) + " " + now.getMetadata().getResourceVersion();
            })
        .toList();
  }
}
