package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Pods as people and other webhooks write them, with our own names mixed in. */
final class RandomPods {
  private RandomPods() {}

  static Arbitrary<Pod> pods() {
    return Combinators.combine(
            containers("init", true).list().ofMaxSize(4),
            containers("app", false).list().ofMinSize(1).ofMaxSize(4),
            volumes().list().ofMaxSize(4),
            metadataMap(),
            metadataMap(),
            Arbitraries.longs().between(0, 60).injectNull(0.5),
            Arbitraries.of(true, false).injectNull(0.5))
        .as(RandomPods::pod);
  }

  private static Pod pod(
      List<Container> inits,
      List<Container> apps,
      List<Volume> volumes,
      Map<String, String> labels,
      Map<String, String> annotations,
      Long grace,
      Boolean shared) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("p-")
            .withLabels(labels)
            .withAnnotations(annotations)
            .endMetadata()
            .withNewSpec()
            .withInitContainers(unique(inits))
            .withContainers(unique(apps))
            .withVolumes(volumes)
            .withTerminationGracePeriodSeconds(grace)
            .withShareProcessNamespace(shared)
            .endSpec()
            .build();
    pod.getSpec().setAdditionalProperty("futureField", List.of(1, "two"));
    return pod;
  }

  /** The API server would refuse a name that stands twice. */
  private static List<Container> unique(List<Container> containers) {
    List<Container> unique = new ArrayList<>();
    for (Container container : containers) {
      String name = container.getName();
      unique.add(
          name.equals(InjectionNames.CONTAINER)
              ? container
              : new ContainerBuilder(container).withName(name + unique.size()).build());
    }
    return unique;
  }

  private static Arbitrary<Container> containers(String prefix, boolean maybeOurs) {
    Arbitrary<String> name =
        maybeOurs
            ? Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just(prefix)),
                Tuple.of(1, Arbitraries.just(InjectionNames.CONTAINER)))
            : Arbitraries.just(prefix);
    return Combinators.combine(
            name,
            envVars().list().ofMaxSize(6),
            envFrom().list().ofMaxSize(2),
            Arbitraries.of(4100, 4101, 8080).list().ofMaxSize(2))
        .as(
            (n, env, from, ports) -> {
              Container container =
                  new ContainerBuilder().withName(n).withEnv(env).withEnvFrom(from).build();
              container.setPorts(
                  ports.stream()
                      .map(p -> new ContainerPortBuilder().withContainerPort(p).build())
                      .toList());
              return container;
            });
  }

  private static Arbitrary<EnvVar> envVars() {
    Arbitrary<String> names =
        Arbitraries.of(
            "OPENAI_BASE_URL",
            "OPENAI_API_BASE",
            "ANTHROPIC_BASE_URL",
            "ANTHROPIC_API_URL",
            "OPENAI_API_KEY",
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "SPRING_AI_OPENAI_BASE_URL",
            "HTTP_PROXY",
            "NO_PROXY",
            "no_proxy",
            "LOG_LEVEL");
    Arbitrary<String> values =
        Arbitraries.of(
            "",
            "https://api.openai.com/v1",
            "http://127.0.0.1:4100/v1",
            "http://localhost:4100",
            "http://[bad",
            "127.0.0.1",
            "tidegate-placeholder",
            "x");
    Arbitrary<EnvVar> plain =
        Combinators.combine(names, values).as((name, value) -> new EnvVar(name, value, null));
    Arbitrary<EnvVar> indirect =
        names.map(
            name ->
                new EnvVarBuilder()
                    .withName(name)
                    .withNewValueFrom()
                    .withNewSecretKeyRef("key", "secret", null)
                    .endValueFrom()
                    .build());
    return Arbitraries.oneOf(plain, plain, indirect);
  }

  private static Arbitrary<EnvFromSource> envFrom() {
    return Arbitraries.of("", "APP_", "HTTP")
        .map(
            prefix ->
                new EnvFromSourceBuilder()
                    .withPrefix(prefix)
                    .withNewConfigMapRef("settings", null)
                    .build());
  }

  private static Arbitrary<Volume> volumes() {
    return Arbitraries.of("cache", "data", "tidegate-token", "tidegate-ca")
        .map(name -> new VolumeBuilder().withName(name).withNewHostPath("/x", null).build());
  }

  private static Arbitrary<Map<String, String>> metadataMap() {
    return Arbitraries.maps(
            Arbitraries.of("app", InjectionNames.INJECTED_LABEL, InjectionNames.REPORT_ANNOTATION),
            Arbitraries.of("a", "true", "{}"))
        .ofMaxSize(3)
        .injectNull(0.2);
  }
}
