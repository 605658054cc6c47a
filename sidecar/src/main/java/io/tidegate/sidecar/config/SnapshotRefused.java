package io.tidegate.sidecar.config;

/** Says why a configuration cannot be run; the sidecar keeps the one it has. */
public final class SnapshotRefused extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient ObjectRef object;

  /**
   * @param object the custom resource that caused it; null if none did
   * @param message names the field and the next step
   */
  public SnapshotRefused(ObjectRef object, String message) {
    super(message);
    this.object = object;
  }

  /** Null if no single object caused it. */
  public ObjectRef object() {
    return object;
  }
}
