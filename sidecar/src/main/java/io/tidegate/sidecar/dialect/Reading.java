package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.call.Refusal;

/** Outcome of {@link DialectReader#read}. */
public sealed interface Reading {
  record Read(ChatRequest request) implements Reading {}

  record Malformed(Refusal refusal) implements Reading {}
}
