package io.tidegate.sidecar.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * What one attempt sends.
 *
 * @param uri path and query
 * @param headers with the provider's credential, so never logged
 */
public record OutboundRequest(String method, String uri, MultiMap headers, Buffer body) {
  @Override
  public String toString() {
    return method + " " + uri;
  }
}
