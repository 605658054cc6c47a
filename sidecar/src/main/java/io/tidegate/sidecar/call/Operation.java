package io.tidegate.sidecar.call;

import io.tidegate.sidecar.config.Dialect;

/** What a caller asks for; the upstream path is appended to the provider's endpoint. */
public enum Operation {
  CHAT_COMPLETIONS(Dialect.OpenAI, "chat"),
  MESSAGES(Dialect.Anthropic, "chat"),
  COUNT_TOKENS(Dialect.Anthropic, "count_tokens"),
  /** Answered here, in the dialect that the caller's headers show. */
  LIST_MODELS(null, "list_models"),
  GET_MODEL(null, "get_model"),
  /** A path that this sidecar does not serve: always refused. */
  UNKNOWN(null, "unknown");

  private final Dialect dialect;
  private final String operationName;

  Operation(Dialect dialect, String operationName) {
    this.dialect = dialect;
    this.operationName = operationName;
  }

  /** Null where the path does not say. */
  public Dialect dialect() {
    return dialect;
  }

  /** OpenTelemetry's {@code gen_ai.operation.name} where it has one. */
  public String operationName() {
    return operationName;
  }

  /** Whether the answer is paid for by tokens. */
  public boolean isInference() {
    return this == CHAT_COMPLETIONS || this == MESSAGES;
  }
}
