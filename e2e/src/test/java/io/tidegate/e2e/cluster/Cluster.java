package io.tidegate.e2e.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Kubernetes API that answers, and the ways to speak to it. Each client is a new one that its
 * caller closes.
 */
public interface Cluster {
  /** A kubeconfig of its administrator, with the certificate of the API inside. */
  Path kubeconfig();

  /** The file of a program of the cluster's version: {@code kubectl}, {@code helm}. */
  Path program(String name);

  /** The configuration of a client of the administrator. */
  default Config config() {
    return Config.fromKubeconfig(kubeconfig().toFile());
  }

  /** A client that may do all. */
  default KubernetesClient admin() {
    return new KubernetesClientBuilder().withConfig(config()).build();
  }

  /** A client that presents this token and nothing else. */
  default KubernetesClient withToken(String token) {
    Config admin = config();
    Config bearer =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl())
            .withCaCertData(admin.getCaCertData())
            .withCaCertFile(admin.getCaCertFile())
            .withOauthToken(token)
            .build();
    return new KubernetesClientBuilder().withConfig(bearer).build();
  }

  /** A client whom the API takes for this user of these groups (by impersonation). */
  default KubernetesClient user(String name, String... groups) {
    Config config =
        new ConfigBuilder(config())
            .withImpersonateUsername(name)
            .withImpersonateGroups(groups)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** A client of the ServiceAccount, which is made where it is not there yet. */
  default KubernetesClient serviceAccount(String namespace, String name) {
    return withToken(token(namespace, name, Duration.ofHours(1)));
  }

  /**
   * A token of the ServiceAccount for these audiences, or for the API's own where none is given.
   */
  default String token(String namespace, String name, Duration life, String... audiences) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audiences)
            .withExpirationSeconds(life.toSeconds())
            .endSpec()
            .build();
    try (KubernetesClient admin = admin()) {
      var accounts = admin.serviceAccounts().inNamespace(namespace);
      if (accounts.withName(name).get() == null) {
        accounts
            .resource(
                new ServiceAccountBuilder().withNewMetadata().withName(name).endMetadata().build())
            .create();
      }
      return accounts.withName(name).tokenRequest(request).getStatus().getToken();
    }
  }

  /** Makes a namespace that nobody else has, its name starting like this, and returns its name. */
  default String newNamespace(String start) {
    try (KubernetesClient admin = admin()) {
      return admin
          .namespaces()
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withGenerateName(start + "-")
                  .endMetadata()
                  .build())
          .create()
          .getMetadata()
          .getName();
    }
  }

  /** Runs {@code kubectl} or {@code helm} as administrator to its end, for at most 5 minutes. */
  default Ran run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KUBECONFIG", kubeconfig().toString());
    Path out = Files.createTempFile("ran-", ".out");
    Path err = Files.createTempFile("ran-", ".err");
    try {
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(command + " does not end: " + Files.readString(err));
      }
      return new Ran(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
