package io.tidegate.e2e.cluster;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

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

  /** Whether there is one, so that what needs a cluster of our own may be left out. */
  static boolean isGiven() {
    return !System.getProperty(PROPERTY, "").isBlank();
  }

  /** The one on the user's PATH, who has the cluster and so may well have its programs. */
  @Override
  public Path program(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> Programs.ofTheApi().path(name));
  }
}
