package io.tidegate.operator.admit;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variables by which official SDKs and frameworks find the two dialects. Sources: each SDK's
 * own client code; LangChain and LiteLLM read {@code OPENAI_API_BASE}, older LangChain {@code
 * ANTHROPIC_API_URL}.
 *
 * <p>AWS key variables are never among them: they would outrank the pod's own role.
 */
record GovernedVariables(int port) {

  /** Base URLs that we set; OpenAI's ends in {@code /v1}, Anthropic's does not. */
  Map<String, String> baseUrls() {
    String base = "http://127.0.0.1:" + port;
    Map<String, String> urls = new LinkedHashMap<>();
    urls.put("OPENAI_BASE_URL", base + "/v1");
    urls.put("OPENAI_API_BASE", base + "/v1");
    urls.put("ANTHROPIC_BASE_URL", base);
    urls.put("ANTHROPIC_API_URL", base);
    return urls;
  }

  /**
   * SDKs refuse to start without a key, so a container that has none gets one that opens nothing.
   */
  static final List<String> KEYS = List.of("OPENAI_API_KEY", "ANTHROPIC_API_KEY");

  /** An Anthropic SDK that has this does not miss the key. */
  static final Map<String, String> OTHER_KEY = Map.of("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN");

  /**
   * Base URLs that we do not set, because their form differs between versions of their framework,
   * but that lead a call away from the sidecar when a container sets them.
   */
  static final List<String> WATCHED =
      List.of("SPRING_AI_OPENAI_BASE_URL", "SPRING_AI_ANTHROPIC_BASE_URL");

  /** The sidecar speaks plain HTTP on loopback, so {@code HTTPS_PROXY} takes no call from it. */
  static final List<String> PROXIES = List.of("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy");

  static final List<String> NO_PROXIES = List.of("NO_PROXY", "no_proxy");

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost");
  private static final Set<String> LOOPBACK_EXEMPTIONS =
      Set.of("*", "127.0.0.1", "127.0.0.0/8", "127.0.0.1/32", "127.0.0.1/8");

  /** Whether a base URL leads to the sidecar, however it is spelt. */
  boolean leadsHere(String url) {
    try {
      URI uri = new URI(url);
      return uri.getHost() != null && LOOPBACK.contains(uri.getHost()) && uri.getPort() == port;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Whether a NO_PROXY value exempts {@code 127.0.0.1} in every SDK's reading of it. */
  static boolean exemptsLoopback(String noProxy) {
    for (String entry : noProxy.split(",", -1)) {
      if (LOOPBACK_EXEMPTIONS.contains(entry.strip())) {
        return true;
      }
    }
    return false;
  }
}
