package io.tidegate.cli.embedded;

import java.util.Optional;

/**
 * Where a Service of the cluster is reached from this machine; in a cluster, DNS and kube-proxy.
 */
@FunctionalInterface
public interface ServiceAddresses {
  /** The IP address of a Service, empty when none is known. */
  Optional<String> of(String namespace, String service);
}
