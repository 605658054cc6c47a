package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Optional;

/**
 * A pod's own word on where the operator's name leads. A sidecar that follows it takes its token to
 * somebody else. The node's resolver (dnsPolicy Default) is not the pod's word, and options of a
 * resolver lead nowhere by themselves. Pure.
 */
public final class Redirection {
  private Redirection() {}

  /**
   * @param operatorUrl where the sidecar takes its token
   * @return the field, and what it does; empty if the cluster alone says where the operator is
   */
  public static Optional<String> in(PodSpec spec, String operatorUrl) {
    return alias(spec, operatorUrl)
        .or(() -> hostname(spec, operatorUrl))
        .or(() -> nameservers(spec));
  }

  private static Optional<String> alias(PodSpec spec, String operatorUrl) {
    return spec.getHostAliases().stream()
        .flatMap(alias -> alias.getHostnames().stream())
        .filter(host -> !host.isEmpty() && operatorUrl.contains(host))
        .findFirst()
        .map(host -> "spec.hostAliases gives " + host + " an address of the pod's own");
  }

  /** The kubelet writes it into the pod's hosts file, with the pod's address. */
  private static Optional<String> hostname(PodSpec spec, String operatorUrl) {
    return Optional.ofNullable(spec.getHostnameOverride())
        .filter(host -> !host.isEmpty() && operatorUrl.contains("//" + host))
        .map(host -> "spec.hostnameOverride gives " + host + " the pod's own address");
  }

  private static Optional<String> nameservers(PodSpec spec) {
    if ("None".equals(spec.getDnsPolicy())) {
      return Optional.of("spec.dnsPolicy None lets the pod say where the operator is");
    }
    PodDNSConfig own = spec.getDnsConfig();
    if (own == null) {
      return Optional.empty();
    }
    return own("nameservers", own.getNameservers()).or(() -> own("searches", own.getSearches()));
  }

  private static Optional<String> own(String field, List<String> values) {
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of("spec.dnsConfig." + field + " lets the pod say where the operator is");
  }
}
