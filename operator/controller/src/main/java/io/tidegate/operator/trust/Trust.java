package io.tidegate.operator.trust;

/** Whether a pod may have configuration and credentials. */
public sealed interface Trust {
  /**
   * The shape of the pod is right; what remains depends on the installation.
   *
   * @param image of the container {@code tidegate}; still to be compared with {@link SidecarImages}
   * @param operatorUrl where it takes its token; still to be compared with our own address. Empty
   *     if it names none
   * @param caPem the CAs that it believes from the start; still to be compared with {@link
   *     OwnAuthorities}
   */
  record Trusted(String image, String operatorUrl, String caPem) implements Trust {
    public Trusted {
      operatorUrl = operatorUrl == null ? "" : operatorUrl;
      caPem = caPem == null ? "" : caPem;
    }
  }

  /**
   * @param message what is wrong in the pod, and the next step
   */
  record Distrusted(DistrustReason reason, String message) implements Trust {
    public static Distrusted because(DistrustReason reason, String finding) {
      return new Distrusted(reason, finding + "; " + reason.nextStep());
    }
  }
}
