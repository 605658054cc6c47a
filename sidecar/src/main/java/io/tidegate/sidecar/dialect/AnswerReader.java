package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.policy.Usage;
import io.vertx.core.buffer.Buffer;

/**
 * Follows one answer as its bytes pass: cuts a stream at event boundaries, and notes usage, model,
 * finish reason and end. One for each attempt's answer; on the event loop only.
 *
 * <p>In the usual case, a chunk of whole events, it returns the chunk it was given and allocates
 * nothing.
 */
public abstract sealed class AnswerReader permits EventStreamReader, JsonAnswerReader {
  final JsonProbe probe = new JsonProbe();

  /**
   * @param sse whether the answer is {@code text/event-stream}
   * @param hideUsageEvent whether OpenAI's event with usage and without choices is kept from a
   *     caller that did not ask for it
   */
  public static AnswerReader of(Operation operation, boolean sse, boolean hideUsageEvent) {
    return sse
        ? new EventStreamReader(hideUsageEvent && operation == Operation.CHAT_COMPLETIONS)
        : new JsonAnswerReader();
  }

  /**
   * The bytes to forward now: whole events of a stream, everything else as it comes. An event that
   * is not complete is held back, up to 256 KiB of it.
   *
   * @return the chunk itself where all of it goes; an empty buffer where nothing does
   */
  public abstract Buffer take(Buffer chunk);

  /** The answer has ended: what was held back, perhaps nothing. */
  public abstract Buffer finish();

  /** Follows plain bytes that are forwarded in another form, such as gzip; nothing is held back. */
  abstract void observe(byte[] bytes, int length);

  /** As far as it was seen; null if none was. */
  public final Usage usage() {
    return probe.usage();
  }

  /** Whether the answer came to its own end: {@code [DONE]}, {@code message_stop}, a whole JSON. */
  public abstract boolean complete();

  /** The model that answered, in the provider's words; null if it was not seen. */
  public final String responseModel() {
    return probe.places().model();
  }

  /** The last one seen, in the provider's words; null if none was. */
  public final String finishReason() {
    return probe.places().finishReason();
  }

  /** Whether the provider reported an error inside the answer. */
  public final boolean providerErrorEvent() {
    return probe.places().error();
  }
}
