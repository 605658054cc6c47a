package io.tidegate.sidecar.fetch;

/** Where the configuration in force came from, in falling order of trust. */
public enum Origin {
  /** The operator said so on the stream of this process. */
  STREAM("stream"),
  /** What the stream said last, kept on disk. */
  LAST_KNOWN_GOOD("last-known-good"),
  /** A file that the pod mounts. */
  MOUNTED("mounted");

  private final String text;

  Origin(String text) {
    this.text = text;
  }

  /** As /config and the log write it. */
  @Override
  public String toString() {
    return text;
  }
}
