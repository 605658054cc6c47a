package io.tidegate.sidecar.call;

import io.vertx.core.MultiMap;

/**
 * The head of a request as it came.
 *
 * @param path percent-encoded, without the query
 * @param query without the question mark; null if there was none
 * @param headers case-insensitive; with the caller's credentials, so never logged
 */
public record Arrival(String method, String path, String query, MultiMap headers) {
  /** Null if the header is absent. */
  public String header(String name) {
    return headers.get(name);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
