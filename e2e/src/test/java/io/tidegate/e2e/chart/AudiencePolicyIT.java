package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tidegate.e2e.cluster.Cluster;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Only the sidecar comes by a token of audience tidegate-operator. */
@ExtendWith(InstalledCharts.class)
class AudiencePolicyIT {
  private static final String OURS = "tidegate-operator";

  private Cluster cluster;
  private KubernetesClient admin;
  private String namespace;

  @BeforeEach
  void open(Cluster installed) {
    cluster = installed;
    admin = cluster.admin();
    namespace = InstalledCharts.namespace(admin, Map.of());
  }

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void notEvenAnAdministratorMayAskForIt() {
    assertRefused(
        () -> cluster.token(namespace, "app", Duration.ofHours(1), OURS),
        "ask for a token of another audience");
    assertRefused(
        () -> cluster.token(namespace, "app", Duration.ofHours(1), "other", OURS),
        "ask for a token of another audience");
  }

  @Test
  void tokensOfOtherAudiencesAreNobodysBusiness() {
    assertThat(cluster.token(namespace, "app", Duration.ofHours(1), "vault")).isNotEmpty();
    assertThat(cluster.token(namespace, "app", Duration.ofHours(1))).isNotEmpty();
  }

  @Test
  void aKubeletMayAskForIt() {
    cluster.token(namespace, "app", Duration.ofHours(1));
    TokenRequest request =
        new TokenRequestBuilder().withNewSpec().withAudiences(OURS).endSpec().build();
    try (KubernetesClient node = cluster.user("a-node", "system:nodes", "system:masters")) {
      assertThat(
              node.serviceAccounts()
                  .inNamespace(namespace)
                  .withName("app")
                  .tokenRequest(request)
                  .getStatus()
                  .getToken())
          .isNotEmpty();
    }
  }

  @Test
  void thePodThatTheInjectorMakesIsAdmitted() {
    assertThat(create(Pods.injected(Pods.plain("app"))).getSpec().getInitContainers()).hasSize(1);
    Pod other = Pods.mounting(Pods.withToken(Pods.plain("vault"), "vault", "vault"), "vault");
    assertThat(create(Pods.injected(other)).getSpec().getVolumes()).hasSizeGreaterThan(4);
  }

  @Test
  void aVolumeOfAnApplicationsOwnIsRefused() {
    assertRefused(
        () -> create(Pods.withForeignToken("thief")),
        "only volume tidegate-token",
        "remove the other volume");
    assertRefused(
        () -> create(Pods.withToken(Pods.injected(Pods.plain("thief")), "mine", OURS)),
        "only volume tidegate-token");
  }

  @Test
  void aPodWithTheVolumeButWithoutTheSidecarIsRefused() {
    Pod disguised = Pods.withToken(Pods.plain("thief"), "tidegate-token", OURS);
    assertRefused(() -> create(disguised), "this one has none", "tidegate.io/inject=enabled");
  }

  @Test
  void anInitContainerThatOnlyHasTheSidecarsNameIsNotTheSidecar() {
    Pod once =
        new PodBuilder(Pods.injected(Pods.plain("thief")))
            .editSpec()
            .editFirstInitContainer()
            .withRestartPolicy(null)
            .withStartupProbe(null)
            .withReadinessProbe(null)
            .endInitContainer()
            .endSpec()
            .build();
    assertRefused(() -> create(once), "this one has none");
  }

  @Test
  void aMountOfTheSidecarsVolumesInAnotherContainerIsRefused() {
    for (String volume : new String[] {"tidegate-token", "tidegate-credentials"}) {
      assertRefused(
          () -> create(Pods.mounting(Pods.injected(Pods.plain("thief")), volume)),
          "only container tidegate, the sidecar, may mount");
    }
    Pod early =
        new PodBuilder(Pods.injected(Pods.plain("thief")))
            .editSpec()
            .addNewInitContainer()
            .withName("early")
            .withImage("early:1")
            .addNewVolumeMount()
            .withName("tidegate-token")
            .withMountPath("/taken")
            .endVolumeMount()
            .endInitContainer()
            .endSpec()
            .build();
    assertRefused(() -> create(early), "only container tidegate, the sidecar, may mount");
  }

  @Test
  void aContainerAddedLaterGetsNoHoldOfTheSidecar() {
    Pod pod = create(Pods.injected(Pods.plain("app")));
    assertRefused(
        () -> debug(pod, ephemeral("thief").withTargetContainerName("tidegate").build()),
        "nobody looks into the processes of container tidegate");
    EphemeralContainer mounting =
        ephemeral("thief")
            .addNewVolumeMount()
            .withName("tidegate-credentials")
            .withMountPath("/taken")
            .endVolumeMount()
            .build();
    assertRefused(() -> debug(pod, mounting), "only container tidegate, the sidecar, may mount");
    Pod debugged = debug(pod, ephemeral("debug").withTargetContainerName("app").build());
    assertThat(debugged.getSpec().getEphemeralContainers()).hasSize(1);
  }

  @Test
  void theSidecarsImageStaysAsThePodWasCreated() {
    Pod pod = create(Pods.injected(Pods.plain("app")));
    assertRefused(
        () -> setImage(pod, "initContainers", "tidegate"),
        "the image of container tidegate, which holds credentials, stays",
        "create the pod anew");
    assertThat(setImage(pod, "containers", "app").getSpec().getContainers().getFirst().getImage())
        .isEqualTo("other:1");
    label(pod);
  }

  @Test
  void imagesOfOtherPodsAreNobodysBusiness() {
    Pod plain = create(Pods.plain("plain"));
    setImage(plain, "containers", "app");
    label(plain);
    Pod namesake =
        new PodBuilder(Pods.plain("namesake"))
            .editSpec()
            .addNewInitContainer()
            .withName("tidegate")
            .withImage("namesake:1")
            .endInitContainer()
            .endSpec()
            .build();
    setImage(create(namesake), "initContainers", "tidegate");
  }

  private Pod setImage(Pod pod, String list, String container) {
    return Pods.setImage(admin, pod, list, container, PatchContext.of(PatchType.STRATEGIC_MERGE));
  }

  private void label(Pod pod) {
    admin
        .pods()
        .resource(pod)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
  }

  private static EphemeralContainerBuilder ephemeral(String name) {
    return new EphemeralContainerBuilder().withName(name).withImage("debug:1");
  }

  private Pod debug(Pod pod, EphemeralContainer container) {
    return admin
        .pods()
        .inNamespace(namespace)
        .withName(pod.getMetadata().getName())
        .ephemeralContainers()
        .edit(
            now ->
                new PodBuilder(now)
                    .editSpec()
                    .addToEphemeralContainers(container)
                    .endSpec()
                    .build());
  }

  private Pod create(Pod pod) {
    return Pods.create(admin, namespace, pod);
  }

  private static void assertRefused(ThrowingCallable request, String... sentences) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403))
        .hasMessageContainingAll(sentences);
  }
}
