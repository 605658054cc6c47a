package io.tidegate.operator.serve;

import io.micrometer.core.instrument.MeterRegistry;

/** What the stream counts. Labels hold constants only, never pods or objects. */
public final class StreamMeters {
  private final MeterRegistry registry;

  public StreamMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * @param result {@code Accepted} or the constant that says why not
   */
  void review(String result) {
    registry.counter("tidegate_operator_token_reviews", "result", result).increment();
  }

  void acknowledgement(String verdict) {
    registry.counter("tidegate_operator_acknowledgements", "verdict", verdict).increment();
  }
}
