package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Dialect;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * What a request line asks for. A path may begin with {@code /v1} once, twice (a base URL that ends
 * in {@code /v1} under an SDK that adds its own) or not at all.
 */
public final class Paths {
  private static final String MODELS = "/models/";

  private Paths() {}

  /**
   * @param operation {@link Operation#UNKNOWN} for a path that is not served
   * @param dialect of the path, else of the headers: what a refusal must speak
   * @param model of {@code /models/{id}}, decoded; null elsewhere
   * @param refusal null if path and method go together
   */
  public record Match(Operation operation, Dialect dialect, String model, Refusal refusal) {}

  /** The operation alone; the method's refusal is in {@link #match}. */
  public static Operation operation(String method, String path, boolean anthropicVersionHeader) {
    return match(method, path, anthropicVersionHeader).operation();
  }

  /**
   * @param path raw path; a query string is ignored
   * @param anthropicVersionHeader whether the request has {@code anthropic-version}, which decides
   *     the dialect where the path does not
   */
  public static Match match(String method, String path, boolean anthropicVersionHeader) {
    String bare = bare(path);
    Operation operation = operation(bare);
    Dialect dialect = operation.dialect();
    if (dialect == null) {
      dialect = anthropicVersionHeader ? Dialect.Anthropic : Dialect.OpenAI;
    }
    String model =
        operation == Operation.GET_MODEL ? decode(bare.substring(MODELS.length())) : null;
    return new Match(operation, dialect, model, refusal(operation, method, path));
  }

  private static Operation operation(String bare) {
    return switch (bare) {
      case "/chat/completions" -> Operation.CHAT_COMPLETIONS;
      case "/messages" -> Operation.MESSAGES;
      case "/messages/count_tokens" -> Operation.COUNT_TOKENS;
      case "/models" -> Operation.LIST_MODELS;
      default ->
          bare.startsWith(MODELS) && bare.length() > MODELS.length()
              ? Operation.GET_MODEL
              : Operation.UNKNOWN;
    };
  }

  private static Refusal refusal(Operation operation, String method, String path) {
    if (operation == Operation.UNKNOWN) {
      return Refusal.of(
          Reason.UNKNOWN_PATH,
          "Tidegate does not serve "
              + shorten(path)
              + ". Use /v1/chat/completions, /v1/messages, /v1/messages/count_tokens or"
              + " /v1/models.");
    }
    String allowed =
        operation == Operation.LIST_MODELS || operation == Operation.GET_MODEL ? "GET" : "POST";
    if (allowed.equals(method)) {
      return null;
    }
    return Refusal.by(
        Reason.METHOD_NOT_ALLOWED,
        null,
        allowed,
        shorten(path) + " takes " + allowed + ", not " + shorten(method) + ".");
  }

  private static String bare(String path) {
    int query = path.indexOf('?');
    String bare = query < 0 ? path : path.substring(0, query);
    for (int i = 0; i < 2 && bare.startsWith("/v1/"); i++) {
      bare = bare.substring(3);
    }
    return bare;
  }

  private static String decode(String id) {
    try {
      return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // A broken escape names no model of ours; as written it is answered "not found".
      return id;
    }
  }

  private static String shorten(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
