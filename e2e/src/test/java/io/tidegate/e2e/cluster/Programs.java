package io.tidegate.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * The programs that a cluster is made of, found once.
 *
 * @param directory where those of the control plane are: {@code etcd}, {@code kube-apiserver},
 *     {@code kubectl}
 */
record Programs(Path directory) {
  /** The convention of the field for a directory of control-plane programs (envtest). */
  private static final String ASSETS = "KUBEBUILDER_ASSETS";

  /** How {@code e2e/cluster/build} ends where there is neither Go nor anything built before. */
  private static final int NO_GO = 3;

  private static final List<String> OF_THE_API = List.of("etcd", "kube-apiserver", "kubectl");
  private static final List<String> OF_A_NODE =
      List.of(
          "kube-controller-manager",
          "kube-scheduler",
          "kubelet",
          "kube-proxy",
          "coredns",
          "pause.tar");

  /** What an API needs: the environment's, else the built ones, which are built where they lack. */
  static Programs ofTheApi() {
    return given(System.getenv(), OF_THE_API).orElseGet(() -> built("control"));
  }

  /** What a node needs beside an API. */
  static Programs ofANode() {
    return given(System.getenv(), OF_A_NODE)
        .filter(given -> given.hasAll(OF_THE_API))
        .orElseGet(() -> built("node"));
  }

  /**
   * {@code cert-manager}, and {@code crds} with its definitions.
   *
   * @throws TestAbortedException where there is no Go to build it
   */
  static Programs ofCertManager() {
    try {
      return built("cert-manager");
    } catch (ClusterUnavailable e) {
      if (e.reason() == ClusterUnavailable.Reason.NO_API) {
        throw new TestAbortedException("cert-manager is built with Go 1.25 or newer.", e);
      }
      throw e;
    }
  }

  /** The path of one of them; the built one where the environment's directory has none. */
  Path path(String program) {
    Path own = directory.resolve(program);
    return Files.exists(own) ? own : built("control").directory.resolve(program);
  }

  private static Optional<Programs> given(Map<String, String> environment, List<String> names) {
    return Optional.ofNullable(environment.get(ASSETS))
        .filter(directory -> !directory.isBlank())
        .map(directory -> new Programs(Path.of(directory).toAbsolutePath()))
        .filter(programs -> programs.hasAll(names));
  }

  private boolean hasAll(List<String> names) {
    return names.stream().allMatch(name -> Files.isReadable(directory.resolve(name)));
  }

  /** What it says while it builds goes to this process's standard error, as it comes. */
  private static Programs built(String tier) {
    try {
      Process build =
          new ProcessBuilder(Scripts.path("build").toString(), tier)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String directory =
          new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exit = build.waitFor();
      if (exit != 0) {
        throw new ClusterUnavailable(
            exit == NO_GO ? ClusterUnavailable.Reason.NO_API : ClusterUnavailable.Reason.NO_BUILD,
            "");
      }
      return new Programs(Path.of(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the cluster's programs are built", e);
    }
  }
}
