package io.tidegate.operator.trust;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The CAs that may vouch for the operator. A sidecar that believes any other one would show its
 * token to whoever stands between.
 *
 * @param pem every CA of ours that has not expired
 */
public record OwnAuthorities(String pem) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

  /** Whether a text holds certificates of ours and nothing else. */
  public boolean only(String other) {
    Matcher blocks = BLOCK.matcher(other);
    StringBuilder rest = new StringBuilder();
    while (blocks.find()) {
      if (!pem.contains(blocks.group())) {
        return false;
      }
      blocks.appendReplacement(rest, "");
    }
    return blocks.appendTail(rest).toString().isBlank();
  }
}
