package io.tidegate.sidecar.config;

/** The wire formats that callers and providers speak. */
public enum Dialect {
  /** Chat Completions and Models. Source: OpenAI's openapi.json. */
  OpenAI,
  /** Messages and count_tokens. Source: the Anthropic API reference and SDKs. */
  Anthropic
}
