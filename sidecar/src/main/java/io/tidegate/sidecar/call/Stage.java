package io.tidegate.sidecar.call;

/** The stages of a call that are timed apart, in order. */
public enum Stage {
  LISTEN,
  DIALECT,
  IDENTITY,
  ROUTE,
  PROMPT,
  BUDGET,
  UPSTREAM,
  FIRST_TOKEN,
  RELAY,
  END
}
