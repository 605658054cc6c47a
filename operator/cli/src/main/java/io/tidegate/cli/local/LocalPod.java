package io.tidegate.cli.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod whose sidecar runs on this machine.
 *
 * @param workload name of the Deployment, StatefulSet or Job that owns it, else the pod's
 * @param address its own loopback address
 * @param environment literal environment of its first app container, as this machine reaches it
 * @param callPort port of the model calls
 * @param adminPort port of health, metrics and configuration
 * @param events file with one JSON line per call
 * @param log file with what the sidecar says about itself
 */
public record LocalPod(
    Pod pod,
    String workload,
    String address,
    Map<String, String> environment,
    int callPort,
    int adminPort,
    Path events,
    Path log) {

  static final String CONTAINER = "tidegate";

  /** The injected sidecar, empty where the pod has none. */
  static Optional<Container> sidecar(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .filter(c -> c.getName().equals(CONTAINER))
        .findFirst();
  }

  /** Whether admission gave this pod a sidecar. */
  public static boolean isInjected(Pod pod) {
    return sidecar(pod).isPresent();
  }

  public boolean isOf(Pod other) {
    return pod.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  public String namespace() {
    return pod.getMetadata().getNamespace();
  }

  public String name() {
    return pod.getMetadata().getName();
  }

  public String openaiBaseUrl() {
    return environment.getOrDefault("OPENAI_BASE_URL", callUrl() + "/v1");
  }

  public String anthropicBaseUrl() {
    return environment.getOrDefault("ANTHROPIC_BASE_URL", callUrl());
  }

  public String callUrl() {
    return "http://" + address + ":" + callPort;
  }

  public String adminUrl() {
    return "http://" + address + ":" + adminPort;
  }
}
