package io.tidegate.e2e.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

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

  /** The configuration of a client that presents this token and nothing else. */
  default Config bearing(String token) {
    Config admin = config();
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(admin.getMasterUrl())
        .withCaCertData(admin.getCaCertData())
        .withCaCertFile(admin.getCaCertFile())
        .withOauthToken(token)
        .build();
  }

  /** Such a client. */
  default KubernetesClient withToken(String token) {
    return new KubernetesClientBuilder().withConfig(bearing(token)).build();
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

  /** Runs {@code kubectl} or {@code helm} as administrator to its end. */
  default Ran run(String program, String... arguments) {
    ProcessBuilder command =
        new ProcessBuilder(
            Stream.concat(Stream.of(program(program).toString()), Stream.of(arguments)).toList());
    command.environment().put("KUBECONFIG", kubeconfig().toString());
    return Scripts.run(command);
  }
}
