package io.tidegate.cli.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The environment that a container of a pod has, fitted to this machine: paths below a mount become
 * paths below the volume's directory, loopback and wildcard addresses become the pod's own. Pure.
 */
final class PodEnvironment {
  private final Pod pod;
  private final String address;
  private final Map<String, Path> volumes;

  /**
   * @param address the pod's address
   * @param volumes directory of each volume, by its name
   */
  PodEnvironment(Pod pod, String address, Map<String, Path> volumes) {
    this.pod = pod;
    this.address = address;
    this.volumes = volumes;
  }

  /** What the process of this container gets. */
  Map<String, String> of(Container container) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("HOSTNAME", pod.getMetadata().getName());
    for (EnvVar variable : container.getEnv()) {
      String value =
          variable.getValueFrom() == null
              ? Objects.requireNonNullElse(variable.getValue(), "")
              : resolve(variable.getValueFrom());
      environment.put(variable.getName(), local(container, value));
    }
    return environment;
  }

  /** The same for a person or a test outside the pod: only what is written as a value. */
  Map<String, String> literal(Container container) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValueFrom() == null) {
        String value = Objects.requireNonNullElse(variable.getValue(), "");
        environment.put(variable.getName(), local(container, value));
      }
    }
    return environment;
  }

  /** A value as it must be on this machine. */
  String local(Container container, String value) {
    for (VolumeMount mount : container.getVolumeMounts()) {
      String at = mount.getMountPath();
      Path directory = volumes.get(mount.getName());
      if (directory != null && (value.equals(at) || value.startsWith(at + "/"))) {
        return directory + value.substring(at.length());
      }
    }
    return value.replaceFirst(
        "^(https?://)?(127\\.0\\.0\\.1|0\\.0\\.0\\.0|localhost):", "$1" + address + ":");
  }

  private String resolve(EnvVarSource source) {
    if (source.getFieldRef() == null) {
      throw new IllegalArgumentException(
          "the sidecar of pod "
              + pod.getMetadata().getName()
              + " takes a variable from "
              + source
              + "; only fieldRef can be had here");
    }
    ObjectMeta meta = pod.getMetadata();
    String field = source.getFieldRef().getFieldPath();
    return switch (field) {
      case "metadata.name" -> meta.getName();
      case "metadata.namespace" -> meta.getNamespace();
      case "metadata.uid" -> meta.getUid();
      case "spec.serviceAccountName" -> pod.getSpec().getServiceAccountName();
      case "spec.nodeName" -> "local";
      case "status.podIP", "status.hostIP" -> address;
      default -> mapped(field, meta);
    };
  }

  private static String mapped(String field, ObjectMeta meta) {
    String key = field.replaceFirst("^metadata\\.(labels|annotations)\\['(.*)']$", "$2");
    Map<String, String> values =
        field.startsWith("metadata.labels") ? meta.getLabels() : meta.getAnnotations();
    return values == null ? "" : values.getOrDefault(key, "");
  }
}
