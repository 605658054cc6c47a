package io.tidegate.sidecar.config;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Every environment variable that the sidecar reads: its form, its default, what it is for. */
public enum Setting {
  TIDEGATE_NAMESPACE("text", "", "namespace of the pod, for events"),
  TIDEGATE_POD("text", "", "name of the pod, for events"),
  TIDEGATE_OPERATOR_URL(
      "https URL, or empty for none",
      "https://tidegate-operator.tidegate-system.svc:8443",
      "where the configuration stream is"),
  TIDEGATE_CA_PEM("PEM", "", "the operator's CA, as it was at injection"),
  TIDEGATE_CA_FILE(
      "path", "/etc/tidegate/ca/ca.crt", "the operator's CA; optional, read again when it changes"),
  TIDEGATE_TOKEN_FILE(
      "path", "/var/run/secrets/tidegate/token", "the pod's token, read at each connect"),
  TIDEGATE_STATE_DIR("path", "/var/lib/tidegate", "last-known-good configuration and the journal"),
  TIDEGATE_CREDENTIALS_DIR(
      "path", "/var/run/tidegate/credentials", "a memory-backed volume that only this sees"),
  TIDEGATE_CONFIG_FILE("path, or empty for none", "", "a mounted snapshot to start with"),
  TIDEGATE_LISTEN("address:port", "127.0.0.1:4100", "where applications call"),
  TIDEGATE_ADMIN_LISTEN("address:port", "0.0.0.0:4101", "health, metrics and configuration"),
  TIDEGATE_HOSTS_FILE("path", "/etc/hosts", "host names that do not come from DNS"),
  TIDEGATE_DRAIN_SECONDS(
      "whole seconds from 0 to 3600", "25", "how long calls may go on after SIGTERM");

  private static final String PREFIX = "TIDEGATE_";

  private final String form;
  private final String defaultValue;
  private final String doc;

  Setting(String form, String defaultValue, String doc) {
    this.form = form;
    this.defaultValue = defaultValue;
    this.doc = doc;
  }

  public String form() {
    return form;
  }

  public String defaultValue() {
    return defaultValue;
  }

  public String doc() {
    return doc;
  }

  /** The default too where the variable is set to nothing but white space. */
  String in(Map<String, String> environment) {
    String value = environment.getOrDefault(name(), defaultValue).strip();
    return value.isEmpty() && this != TIDEGATE_OPERATOR_URL ? defaultValue : value;
  }

  /**
   * @throws InvalidSettings if the environment has a key of ours that nothing reads
   */
  static void refuseUnknown(Map<String, String> environment) {
    TreeSet<String> unknown = new TreeSet<>();
    environment.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX) && !isKnown(key) && !isServiceLink(key, value)) {
            unknown.add(key);
          }
        });
    if (!unknown.isEmpty()) {
      throw new InvalidSettings(
          "unknown environment variable "
              + String.join(", ", unknown)
              + "; remove or correct it. Known are "
              + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", ")));
    }
  }

  private static boolean isKnown(String key) {
    return Arrays.stream(values()).anyMatch(setting -> setting.name().equals(key));
  }

  /**
   * The kubelet gives a pod variables for each Service of its namespace, and a Service named
   * tidegate-operator gives names under our prefix
   * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
   */
  private static boolean isServiceLink(String key, String value) {
    return key.endsWith("_SERVICE_HOST")
        || key.matches(".*_SERVICE_PORT(_[A-Z0-9_]+)?")
        || key.matches(".*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
        || (key.endsWith("_PORT") && value.matches("(tcp|udp|sctp)://.*"));
  }
}
