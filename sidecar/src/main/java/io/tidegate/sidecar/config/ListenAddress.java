package io.tidegate.sidecar.config;

/**
 * Where a server of the sidecar listens.
 *
 * @param host an IP address; IPv6 without brackets
 * @param port 0 to let the kernel choose one
 */
public record ListenAddress(String host, int port) {
  /**
   * Reads {@code 127.0.0.1:4100} or {@code [::1]:4100}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("has no port");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.indexOf(':') >= 0 && !bracketed) {
      throw new IllegalArgumentException("has an IPv6 address without brackets");
    }
    int port = Integer.parseInt(text, colon + 1, text.length(), 10);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("has a port that is not between 0 and 65535");
    }
    return new ListenAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
