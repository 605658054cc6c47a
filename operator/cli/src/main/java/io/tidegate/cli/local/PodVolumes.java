package io.tidegate.cli.local;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The volumes of one pod as directories: projected tokens, ConfigMaps, empty ones. {@link #refresh}
 * writes what a kubelet would write again: new tokens, changed ConfigMaps.
 */
final class PodVolumes {
  private static final long TOKEN_SECONDS = 3600;

  private final KubernetesClient client;
  private final Pod pod;
  private final Map<String, Path> directories = new HashMap<>();

  private PodVolumes(KubernetesClient client, Pod pod) {
    this.client = client;
    this.pod = pod;
  }

  /**
   * Makes every volume below a directory.
   *
   * @throws IOException when a file cannot be written
   */
  static PodVolumes create(KubernetesClient client, Pod pod, Path below) throws IOException {
    PodVolumes volumes = new PodVolumes(client, pod);
    for (Volume volume : pod.getSpec().getVolumes()) {
      Path directory = below.resolve(volume.getName());
      Files.createDirectories(directory);
      RunDirectory.restrict(directory);
      volumes.directories.put(volume.getName(), directory);
    }
    volumes.refresh();
    return volumes;
  }

  Map<String, Path> directories() {
    return directories;
  }

  /**
   * Writes tokens and ConfigMaps again, each file in one move.
   *
   * @return after how long to do it again at the latest: four fifths of the shortest token's life
   */
  Duration refresh() throws IOException {
    long shortest = TOKEN_SECONDS;
    for (Volume volume : pod.getSpec().getVolumes()) {
      Path directory = directories.get(volume.getName());
      if (volume.getConfigMap() != null) {
        configMap(volume.getConfigMap().getName(), directory);
      }
      if (volume.getProjected() != null) {
        for (VolumeProjection source : volume.getProjected().getSources()) {
          if (source.getServiceAccountToken() != null) {
            shortest = Math.min(shortest, token(source.getServiceAccountToken(), directory));
          }
          if (source.getConfigMap() != null) {
            configMap(source.getConfigMap().getName(), directory);
          }
        }
      }
    }
    return Duration.ofSeconds(shortest * 4 / 5);
  }

  private long token(ServiceAccountTokenProjection wanted, Path directory) throws IOException {
    long seconds = Optional.ofNullable(wanted.getExpirationSeconds()).orElse(TOKEN_SECONDS);
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .addToAudiences(
                wanted.getAudience() == null ? new String[0] : new String[] {wanted.getAudience()})
            .withExpirationSeconds(seconds)
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(pod.getMetadata().getName())
            .withUid(pod.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    TokenRequest issued =
        client
            .serviceAccounts()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getSpec().getServiceAccountName())
            .tokenRequest(request);
    write(directory.resolve(wanted.getPath()), issued.getStatus().getToken());
    return seconds;
  }

  private void configMap(String name, Path directory) throws IOException {
    ConfigMap map =
        client.configMaps().inNamespace(pod.getMetadata().getNamespace()).withName(name).get();
    if (map == null || map.getData() == null) {
      return;
    }
    for (Map.Entry<String, String> entry : map.getData().entrySet()) {
      write(directory.resolve(entry.getKey()), entry.getValue());
    }
  }

  private static void write(Path file, String text) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return;
    }
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    RunDirectory.writePrivate(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
