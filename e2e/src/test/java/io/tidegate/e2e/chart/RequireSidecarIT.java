package io.tidegate.e2e.chart;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.e2e.cluster.Cluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A namespace with tidegate.io/enforce=required takes no pod without the sidecar. */
@ExtendWith(InstalledCharts.class)
class RequireSidecarIT {
  private static final String INJECT = "tidegate.io/inject";
  private static final String MIRROR = "kubernetes.io/config.mirror";

  private Cluster cluster;
  private KubernetesClient admin;

  @BeforeEach
  void open(Cluster installed) {
    cluster = installed;
    admin = cluster.admin();
  }

  @AfterEach
  void close() {
    admin.close();
  }

  private String strict() {
    return InstalledCharts.namespace(
        admin, Map.of(InstalledCharts.REQUIRED, "required", INJECT, "enabled"));
  }

  @Test
  void aPodThatWasInjectedIsAdmittedAndAnotherIsNot() {
    String strict = strict();
    assertThat(Pods.create(admin, strict, Pods.injected(Pods.plain("app")))).isNotNull();
    // No operator answers here, and the webhook fails open.
    refused(
        strict,
        Pods.plain("bare"),
        "namespace " + strict + " has the label tidegate.io/enforce=required",
        "see that deployment tidegate-operator in namespace tidegate-system is ready");
  }

  @Test
  void otherNamespacesTakeAnyPod() {
    for (Map<String, String> labels :
        List.of(
            Map.<String, String>of(),
            Map.of(INJECT, "enabled"),
            Map.of(InstalledCharts.REQUIRED, "no"))) {
      String namespace = InstalledCharts.namespace(admin, labels);
      assertThat(Pods.create(admin, namespace, Pods.plain("app"))).isNotNull();
    }
  }

  @Test
  void theRefusalSaysWhatKeepsTheSidecarAway() {
    String strict = strict();
    Pod hostNetwork =
        new PodBuilder(Pods.plain("app")).editSpec().withHostNetwork(true).endSpec().build();
    refused(strict, hostNetwork, "remove spec.hostNetwork");
    refused(strict, labelled(Pods.plain("app"), INJECT, "disabled"), "remove the label " + INJECT);
    String silent = InstalledCharts.namespace(admin, Map.of(InstalledCharts.REQUIRED, "required"));
    refused(silent, Pods.plain("app"), "label the namespace tidegate.io/inject=enabled");
    refused(silent, labelled(Pods.plain("app"), INJECT, "enabled"), "is ready");
  }

  @Test
  void theLabelOfAnInjectedPodAloneIsNoSidecar() {
    String strict = strict();
    refused(strict, labelled(Pods.plain("app"), "tidegate.io/injected", "true"), "is ready");
    Pod unlabelled =
        new PodBuilder(Pods.injected(Pods.plain("app")))
            .editMetadata()
            .removeFromLabels("tidegate.io/injected")
            .endMetadata()
            .build();
    refused(strict, unlabelled, "is ready");
  }

  @Test
  void aSidecarThatSomebodyMadeUpIsNone() {
    String strict = strict();
    Pod madeUp = madeUp();
    refused(strict, labelled(madeUp, INJECT, "disabled"), "remove the label " + INJECT);
    refused(strict, madeUp, "is ready");
  }

  @Test
  void whereTheWebhookDoesNotLookNothingIsTheSidecar() {
    String strict = strict();
    Pod copied = Pods.injected(Pods.plain("app"));
    refused(strict, labelled(copied, INJECT, "disabled"), "remove the label " + INJECT);
    refused(strict, labelled(copied, INJECT, "maybe"), "remove the label " + INJECT);
    Pod hostNetwork = new PodBuilder(copied).editSpec().withHostNetwork(true).endSpec().build();
    refused(strict, hostNetwork, "remove spec.hostNetwork");
    Pod windows =
        new PodBuilder(copied)
            .editSpec()
            .addToNodeSelector("kubernetes.io/os", "windows")
            .endSpec()
            .build();
    refused(strict, windows, "run it on a Linux node");
    String silent = InstalledCharts.namespace(admin, Map.of(InstalledCharts.REQUIRED, "required"));
    refused(silent, copied, "label the namespace tidegate.io/inject=enabled");
    assertThat(Pods.create(admin, silent, labelled(copied, INJECT, "enabled"))).isNotNull();
  }

  /** All but the token, so that the policy of pods with tokens does not look at it. */
  private static Pod madeUp() {
    return new PodBuilder(labelled(Pods.plain("app"), "tidegate.io/injected", "true"))
        .editSpec()
        .addNewInitContainer()
        .withName("tidegate")
        .withImage("pause:1")
        .withRestartPolicy("Always")
        .endInitContainer()
        .addNewVolume()
        .withName("tidegate-token")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .build();
  }

  @Test
  void aGovernedPodCannotTakeItselfOutOfSight() {
    String strict = strict();
    Pods.create(admin, strict, Pods.injected(Pods.plain("app")));
    var pod = admin.pods().inNamespace(strict).withName("app");
    assertThat(pod.edit(now -> labelled(now, "team", "a")).getMetadata().getLabels())
        .containsEntry("team", "a");
    assertThatThrownBy(() -> pod.edit(now -> labelled(now, "tidegate.io/injected", "false")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("leave the label tidegate.io/injected as it is");
  }

  @Test
  void aPodFromBeforeTheDemandCanStillBeChangedAndDeleted() {
    String namespace = InstalledCharts.namespace(admin, Map.of());
    Pods.create(admin, namespace, Pods.plain("old"));
    demand(namespace);
    until("the demand", () -> isRefused(namespace, Pods.plain("new")));
    var old = admin.pods().inNamespace(namespace).withName("old");
    old.edit(now -> labelled(now, "team", "a"));
    assertThat(old.withGracePeriod(0).delete()).hasSize(1);
  }

  @Test
  void aMirrorPodIsTheKubeletsToMake() {
    String strict = strict();
    Pod mirror =
        new PodBuilder(Pods.plain("static"))
            .editMetadata()
            .addToAnnotations(MIRROR, "0123")
            .endMetadata()
            .editSpec()
            .withNodeName("node")
            .withServiceAccountName(null)
            .endSpec()
            .build();
    refused(strict, mirror, "is ready");
    try (KubernetesClient node = cluster.user("a-node", "system:nodes", "system:masters")) {
      assertThat(Pods.create(node, strict, mirror)).isNotNull();
    }
  }

  @Test
  void theOperatorsOwnNamespaceCannotLockItselfOut() {
    String later = InstalledCharts.namespace(admin, Map.of());
    demand(Chart.NAMESPACE);
    demand(later);
    until("the later demand", () -> isRefused(later, Pods.plain("app")));
    assertThat(Pods.dryRun(admin, Chart.NAMESPACE, Pods.plain("operator"))).isNotNull();
  }

  private void demand(String namespace) {
    admin
        .namespaces()
        .withName(namespace)
        .edit(
            now ->
                new NamespaceBuilder(now)
                    .editMetadata()
                    .addToLabels(InstalledCharts.REQUIRED, "required")
                    .endMetadata()
                    .build());
  }

  private static Pod labelled(Pod pod, String label, String value) {
    return new PodBuilder(pod).editMetadata().addToLabels(label, value).endMetadata().build();
  }

  private boolean isRefused(String namespace, Pod pod) {
    try {
      Pods.dryRun(admin, namespace, pod);
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 403;
    }
  }

  private void refused(String namespace, Pod pod, String... sentences) {
    assertThatThrownBy(() -> Pods.create(admin, namespace, pod))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403))
        .hasMessageContainingAll(sentences);
  }
}
