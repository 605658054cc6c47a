package io.tidegate.e2e.chart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.tidegate.operator.admit.InjectionProfile;
import io.tidegate.operator.admit.InjectionSettings;
import io.tidegate.operator.admit.PodMutator;

/** Pods as people and the injector write them. */
final class Pods {
  private static final PodMutator INJECTOR =
      new PodMutator(
          new InjectionSettings(
              Chart.NAMESPACE,
              InjectionSettings.serviceUrl(Chart.NAMESPACE),
              "tidegate/sidecar:0.1.0",
              () -> ""));

  private Pods() {}

  static Pod plain(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        // Where nobody else sets it: a token needs one.
        .withServiceAccountName("default")
        .addNewContainer()
        .withName("app")
        .withImage("app:1")
        .endContainer()
        .endSpec()
        .build();
  }

  /** What the webhook makes of it. */
  static Pod injected(Pod pod) {
    return INJECTOR.mutate(pod, InjectionProfile.builtIn()).pod();
  }

  /** A token of an audience in a volume of the pod. */
  static Pod withToken(Pod pod, String volume, String audience) {
    return new PodBuilder(pod)
        .editSpec()
        .addToVolumes(
            new VolumeBuilder()
                .withName(volume)
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken(audience, 3600L, "token")
                .endSource()
                .endProjected()
                .build())
        .endSpec()
        .build();
  }

  /** An application that helps itself to a token by which sidecars are known. */
  static Pod withForeignToken(String name) {
    return mounting(withToken(plain(name), "mine", "tidegate-operator"), "mine");
  }

  /** The first container mounts the volume too. */
  static Pod mounting(Pod pod, String volume) {
    return new PodBuilder(pod)
        .editSpec()
        .editFirstContainer()
        .addNewVolumeMount()
        .withName(volume)
        .withMountPath("/taken")
        .endVolumeMount()
        .endContainer()
        .endSpec()
        .build();
  }

  static Pod create(KubernetesClient client, String namespace, Pod pod) {
    return client.pods().inNamespace(namespace).resource(pod).create();
  }

  static Pod dryRun(KubernetesClient client, String namespace, Pod pod) {
    return client.pods().inNamespace(namespace).resource(pod).dryRun().create();
  }

  /**
   * As {@code kubectl set image} does.
   *
   * @param list in which the container is: the pod's own or its init containers
   */
  static Pod setImage(
      KubernetesClient client, Pod pod, String list, String container, PatchContext how) {
    return client
        .pods()
        .resource(pod)
        .patch(
            how,
            "{\"spec\": {\"%s\": [{\"name\": \"%s\", \"image\": \"other:1\"}]}}"
                .formatted(list, container));
  }
}
