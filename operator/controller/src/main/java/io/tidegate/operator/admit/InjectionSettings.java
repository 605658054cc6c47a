package io.tidegate.operator.admit;

import java.util.function.Supplier;

/**
 * What the installation says about injection.
 *
 * @param operatorNamespace never injected
 * @param operatorUrl where sidecars fetch their configuration, without a path
 * @param sidecarImage for profiles that name none
 * @param caPem PEM of every CA that may sign the operator's certificate, newest first; read at each
 *     injection
 */
public record InjectionSettings(
    String operatorNamespace, String operatorUrl, String sidecarImage, Supplier<String> caPem) {

  public static final String DEFAULT_NAMESPACE = "tidegate-system";

  /** The address of the chart's service in the namespace. */
  public static String serviceUrl(String operatorNamespace) {
    return "https://tidegate-operator." + operatorNamespace + ".svc:8443";
  }
}
