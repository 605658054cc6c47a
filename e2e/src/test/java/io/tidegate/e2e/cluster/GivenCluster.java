package io.tidegate.e2e.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The cluster of {@code -Dtidegate.kubeconfig=FILE}, which somebody else runs.
 *
 * @param kubeconfig that file
 */
record GivenCluster(Path kubeconfig) implements Cluster {
  private static final String PROPERTY = "tidegate.kubeconfig";

  /** Empty where the property is not set. */
  static Optional<Cluster> find() {
    String file = System.getProperty(PROPERTY, "");
    if (file.isBlank()) {
      return Optional.empty();
    }
    Path kubeconfig = Path.of(file).toAbsolutePath();
    if (!Files.isReadable(kubeconfig)) {
      throw new ClusterUnavailable(
          ClusterUnavailable.Reason.NO_KUBECONFIG, kubeconfig + " is not there.");
    }
    return Optional.of(new GivenCluster(kubeconfig));
  }

  @Override
  public Path program(String name) {
    return Programs.ofTheApi().path(name);
  }
}
