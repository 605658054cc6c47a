package io.tidegate.e2e.chart;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.e2e.cluster.Ran;
import io.tidegate.operator.serve.ReplicaReportStore;
import io.tidegate.operator.status.WriterElection;
import io.tidegate.operator.tls.CaPublisher;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What charts/README.md says of uninstalling and of changing over, typed as it stands there. */
class UninstallIT {
  private static final Pattern COMMAND = Pattern.compile("(?m)^(helm|kubectl) (.*)$");

  private ControlPlane api;
  private KubernetesClient admin;

  @BeforeEach
  void start() {
    api = ControlPlane.start();
    admin = api.admin();
  }

  @AfterEach
  void end() {
    if (admin != null) {
      admin.close();
    }
    if (api != null) {
      api.close();
    }
  }

  @Test
  void theCommandsOfTheReadmeLeaveNothing() throws Exception {
    Set<String> before = ours();
    Chart.CRDS.install(api);
    Chart.OPERATOR.install(api);
    writeWhatTheOperatorWrites();

    List<String[]> commands = commands();
    assertThat(commands).hasSize(6);
    run(commands.subList(0, 2));
    assertThat(ours())
        .contains(
            "Secret tidegate-operator-tls",
            "ConfigMap tidegate-ca",
            "ConfigMap tidegate-acks-one",
            "Lease tidegate-status-writer",
            "CustomResourceDefinition modelroutes.tidegate.io")
        .noneMatch(name -> name.startsWith("MutatingWebhookConfiguration"));

    run(commands.subList(2, 6));
    until("nothing of ours is left", () -> ours().equals(before));
  }

  @Test
  void manifestsTakeOverFromHelmAndHelmFromManifests() {
    Chart.CRDS.install(api);
    Chart.OPERATOR.install(api);
    String[] apply = {
      "apply",
      "--server-side",
      "--force-conflicts",
      "--filename",
      CrdTemplates.GENERATED.toString(),
      "--filename",
      ManifestsTest.FILE.toString()
    };
    api.run("kubectl", apply).orFail();
    api.run(
            "kubectl",
            "delete",
            "secret",
            "--namespace",
            Chart.NAMESPACE,
            "--selector",
            "owner=helm,name in (tidegate,tidegate-crds)")
        .orFail();
    assertThat(api.run("helm", "list", "--all-namespaces", "--short").orFail()).isBlank();
    Chart.CRDS.install(api, "--take-ownership", "--force-conflicts");
    Chart.OPERATOR.install(api, "--take-ownership", "--force-conflicts");
    assertThat(
            Chart.OPERATOR.render().objects().stream()
                .filter(object -> admin.resource(object).get() == null))
        .isEmpty();
  }

  /** No operator runs here; its own classes write what they can without one. */
  private void writeWhatTheOperatorWrites() {
    try (KubernetesClient operator = api.serviceAccount(Chart.NAMESPACE, "tidegate-operator")) {
      assertThat(new CaPublisher(operator).publish(List.of("default", Chart.NAMESPACE), "PEM"))
          .isEmpty();
    }
    admin
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(Chart.NAMESPACE)
                .withName("tidegate-operator-tls")
                .addToLabels("app.kubernetes.io/managed-by", "tidegate")
                .endMetadata()
                .build())
        .create();
    admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(Chart.NAMESPACE)
                .withName("tidegate-acks-one")
                .addToLabels(ReplicaReportStore.LABEL, "true")
                .endMetadata()
                .build())
        .create();
    admin
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(Chart.NAMESPACE)
                .withName(WriterElection.LEASE)
                .endMetadata()
                .build())
        .create();
  }

  /** Of the section on uninstalling, but for the one that needs a namespace of the reader's. */
  private static List<String[]> commands() throws Exception {
    String page = Files.readString(Chart.ROOT.resolve("charts/README.md"));
    String section = page.substring(page.indexOf("**Uninstall.**"));
    return COMMAND
        .matcher(section)
        .results()
        .map(found -> found.group())
        .filter(command -> !command.contains("NAMESPACE"))
        .map(command -> command.split(" "))
        .toList();
  }

  private void run(List<String[]> commands) {
    for (String[] command : commands) {
      Ran ran = api.run(command[0], Arrays.copyOfRange(command, 1, command.length));
      ran.orFail();
    }
  }

  /**
   * By kind and name, everything in the cluster that is named after us or stands in our namespace.
   */
  private Set<String> ours() {
    List<HasMetadata> all = new ArrayList<>();
    all.addAll(admin.resources(CustomResourceDefinition.class).list().getItems());
    all.addAll(admin.resources(ConfigMap.class).inAnyNamespace().list().getItems());
    all.addAll(admin.secrets().inAnyNamespace().list().getItems());
    all.addAll(admin.leases().inAnyNamespace().list().getItems());
    all.addAll(admin.services().inAnyNamespace().list().getItems());
    all.addAll(admin.serviceAccounts().inAnyNamespace().list().getItems());
    all.addAll(admin.apps().deployments().inAnyNamespace().list().getItems());
    all.addAll(admin.policy().v1().podDisruptionBudget().inAnyNamespace().list().getItems());
    all.addAll(admin.network().v1().networkPolicies().inAnyNamespace().list().getItems());
    all.addAll(admin.rbac().clusterRoles().list().getItems());
    all.addAll(admin.rbac().clusterRoleBindings().list().getItems());
    all.addAll(admin.rbac().roles().inAnyNamespace().list().getItems());
    all.addAll(admin.rbac().roleBindings().inAnyNamespace().list().getItems());
    var admission = admin.admissionRegistration().v1();
    all.addAll(admission.mutatingWebhookConfigurations().list().getItems());
    all.addAll(admission.validatingAdmissionPolicies().list().getItems());
    all.addAll(admission.validatingAdmissionPolicyBindings().list().getItems());
    return all.stream()
        .filter(
            object ->
                Stream.of(object.getMetadata().getName(), object.getMetadata().getNamespace())
                    .anyMatch(name -> name != null && name.contains("tidegate")))
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
