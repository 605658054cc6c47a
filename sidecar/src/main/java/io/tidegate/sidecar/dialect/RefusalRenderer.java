package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Dialect;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A refusal as the caller's SDK expects an error, so that it raises its own exception and does not
 * retry in vain: both SDK families retry 408, 409, 429 and 5xx unless {@code x-should-retry} says
 * no, and obey {@code retry-after-ms} and {@code retry-after} up to a minute.
 *
 * <p>Source: OpenAI's openapi.json ({@code ErrorResponse}); Anthropic's API reference, errors; the
 * retry code of openai-java and anthropic-java.
 */
public final class RefusalRenderer {
  /** SDKs do not wait longer than this, they retry at once. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private RefusalRenderer() {}

  /**
   * @param headers in writing order, names in lower case
   */
  public record Rendered(int status, List<Map.Entry<String, String>> headers, Buffer body) {}

  /**
   * @param callId where the dialect has the request's id
   */
  public static Rendered render(Dialect dialect, Refusal refusal, String callId) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("content-type", "application/json"));
    headers.add(Map.entry(dialect == Dialect.Anthropic ? "request-id" : "x-request-id", callId));
    retry(refusal, headers);
    if (refusal.reason() == Reason.METHOD_NOT_ALLOWED && refusal.rule() != null) {
      headers.add(Map.entry("allow", refusal.rule()));
    }
    String body =
        dialect == Dialect.Anthropic
            ? anthropic(refusal, callId)
            : "{\"error\":" + openAi(refusal) + "}";
    return new Rendered(refusal.reason().status(), List.copyOf(headers), Buffer.buffer(body));
  }

  /** One event for a stream that has begun already. */
  public static Buffer renderInStream(Dialect dialect, Refusal refusal) {
    return Buffer.buffer(
        dialect == Dialect.Anthropic
            ? "event: error\ndata: " + anthropic(refusal, null) + "\n\n"
            : "data: {\"error\":" + openAi(refusal) + "}\n\n");
  }

  private static void retry(Refusal refusal, List<Map.Entry<String, String>> headers) {
    Duration after = refusal.retryAfter();
    if (after == null || after.compareTo(LONGEST_WAIT) > 0) {
      headers.add(Map.entry("x-should-retry", "false"));
    }
    if (after != null) {
      long millis = Math.max(1, after.toMillis());
      headers.add(Map.entry("retry-after", Long.toString(Math.ceilDiv(millis, 1000))));
      headers.add(Map.entry("retry-after-ms", Long.toString(millis)));
    }
  }

  private static String openAi(Refusal refusal) {
    String param =
        refusal.object() == null && refusal.reason().status() == 400 ? refusal.rule() : null;
    return "{\"message\":"
        + JsonText.quote(refusal.message())
        + ",\"type\":"
        + JsonText.quote(openAiType(refusal.reason()))
        + ",\"param\":"
        + JsonText.quote(param)
        + ",\"code\":"
        + JsonText.quote(refusal.reason().code())
        + "}";
  }

  private static String openAiType(Reason reason) {
    return switch (reason.family()) {
      case "budget" -> "insufficient_quota";
      case "rate_limit" -> "rate_limit_exceeded";
      case "permission" -> "permission_error";
      case "invalid_request", "not_found", "request_too_large" -> "invalid_request_error";
      default -> "server_error";
    };
  }

  private static String anthropic(Refusal refusal, String callId) {
    StringBuilder out = new StringBuilder(256);
    out.append("{\"type\":\"error\",\"error\":{\"type\":")
        .append(JsonText.quote(anthropicType(refusal.reason())))
        .append(",\"message\":")
        .append(JsonText.quote(refusal.message()))
        .append(",\"details\":{\"error_code\":")
        .append(JsonText.quote(errorCode(refusal.reason())))
        .append(",\"reason\":")
        .append(JsonText.quote(refusal.reason().code()))
        .append("}}");
    if (callId != null) {
      out.append(",\"request_id\":").append(JsonText.quote(callId));
    }
    return out.append('}').toString();
  }

  /** Anthropic's own code where it has one for the same thing. */
  private static String errorCode(Reason reason) {
    return "budget".equals(reason.family()) ? "enforced_spend_limit_reached" : reason.code();
  }

  private static String anthropicType(Reason reason) {
    return switch (reason.family()) {
      case "budget", "rate_limit" -> "rate_limit_error";
      case "permission" -> "permission_error";
      case "not_found" -> "not_found_error";
      case "request_too_large" -> "request_too_large";
      case "invalid_request" -> "invalid_request_error";
      case "timeout" -> "timeout_error";
      case "unavailable" -> "overloaded_error";
      default -> "api_error";
    };
  }
}
