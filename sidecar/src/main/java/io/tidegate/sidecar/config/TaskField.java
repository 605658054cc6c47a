package io.tidegate.sidecar.config;

import java.util.Locale;

/** The fields of the request contract. */
public enum TaskField {
  TENANT_ID,
  USER_ID,
  WORKFLOW,
  SENSITIVITY,
  LATENCY_CLASS,
  BUDGET_CLASS,
  RETRIEVAL_REQUIRED,
  TRACE_ID;

  private final String key = name().toLowerCase(Locale.ROOT);
  private final String header = "x-tidegate-" + key.replace('_', '-');
  private final String label = "tidegate.io/" + key.replace('_', '-');

  /** {@code tenant_id}: its name in the contract's JSON and in the event. */
  public String key() {
    return key;
  }

  /** {@code x-tidegate-tenant-id}. */
  public String header() {
    return header;
  }

  /**
   * {@code tidegate.io/tenant-id}: the label of a namespace, ServiceAccount or pod that pins it.
   */
  public String label() {
    return label;
  }
}
