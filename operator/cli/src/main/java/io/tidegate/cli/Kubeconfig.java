package io.tidegate.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kubeconfig file that a person named: read, and tried before anything is built on it. */
public final class Kubeconfig {
  private static final String NEXT = "\n    next: give another --kubeconfig";
  private static final int TIMEOUT_MILLIS = 5000;

  private Kubeconfig() {}

  /**
   * @throws CliFailure when the file cannot be read or is no kubeconfig
   */
  public static Config read(Path file) {
    try {
      Config config = Config.fromKubeconfig(Files.readString(file));
      if (config.getCurrentContext() == null) {
        throw CliFailure.failed(file + " has no current-context" + NEXT);
      }
      return config;
    } catch (IOException e) {
      throw CliFailure.failed(file + " cannot be read" + NEXT, e);
    } catch (IllegalArgumentException | KubernetesClientException e) {
      throw CliFailure.failed(file + " is no kubeconfig" + NEXT, e);
    }
  }

  /** The same server for a person who waits: a server that is not there fails at once. */
  public static Config impatient(Config config) {
    return new ConfigBuilder(config)
        .withRequestRetryBackoffLimit(0)
        .withConnectionTimeout(TIMEOUT_MILLIS)
        .withRequestTimeout(TIMEOUT_MILLIS)
        .build();
  }

  /** What the server said, or what kept it from being asked. */
  public static String why(KubernetesClientException failure) {
    Throwable cause = failure;
    while (failure.getStatus() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /**
   * @throws CliFailure when the server does not answer, or not to this user
   */
  public static void probe(Path file, Config config) {
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(impatient(config)).build()) {
      client.namespaces().withName("default").get();
    } catch (KubernetesClientException e) {
      throw CliFailure.failed(
          "the API server "
              + config.getMasterUrl()
              + " of "
              + file
              + " does not answer as it should: "
              + why(e)
              + "\n    next: start it, or give another --kubeconfig",
          e);
    }
  }
}
