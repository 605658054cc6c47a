package io.tidegate.e2e.cluster;

import java.io.Serial;

/** No cluster to test against can be had on this machine: one sentence says what to install. */
public final class ClusterUnavailable extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Why, and what to do. */
  public enum Reason {
    NO_API(
        "No Kubernetes to test against: install Go 1.25 or newer and openssl, or name a directory"
            + " with etcd, kube-apiserver and kubectl in KUBEBUILDER_ASSETS, or give the kubeconfig"
            + " of a cluster (kind, minikube, k3s) in -Dtidegate.kubeconfig=FILE."),
    NO_BUILD(
        "Go is there, but does not build the programs of the cluster: see what it says above; their"
            + " modules come from the Go module proxy (GOPROXY)."),
    NO_KUBECONFIG(
        "The file of -Dtidegate.kubeconfig cannot be read: give the path of a kubeconfig, or leave"
            + " the property out."),
    NO_NODE("What a node needs from Debian cannot be installed: run e2e/cluster/install-debian."),
    NO_START(
        "The programs of the cluster are there, but it does not start: see the end of their logs"
            + " below.");

    private final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Reason reason;

  ClusterUnavailable(Reason reason, String detail) {
    super(reason.sentence + (detail.isBlank() ? "" : "\n" + detail.strip()));
    this.reason = reason;
  }

  /** Which of the reasons it is. */
  public Reason reason() {
    return reason;
  }
}
