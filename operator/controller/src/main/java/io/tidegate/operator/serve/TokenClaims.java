package io.tidegate.operator.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;

/**
 * When a token ends, by the {@code exp} claim (RFC 7519, section 4.1.4). Read only after the API
 * server accepted the token, so the claim needs no check of its own.
 */
final class TokenClaims {
  private static final JsonMapper JSON = new JsonMapper();

  private TokenClaims() {}

  /** {@link Instant#MAX} if the token is opaque or says nothing. */
  static Instant expiry(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Instant.MAX;
    }
    try {
      JsonNode exp = JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path("exp");
      return exp.canConvertToLong() ? Instant.ofEpochSecond(exp.asLong()) : Instant.MAX;
    } catch (IOException | IllegalArgumentException e) {
      // Not a JWT after all; the API server has vouched for it by other means.
      return Instant.MAX;
    }
  }
}
