package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.TaskField;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * The typed core of a request beside its untouched bytes. Positions are byte offsets into {@link
 * #body()}.
 *
 * @param body the request as the client wrote it, after content decoding
 * @param fields where each top-level field stands, by name; names are unique (a repeated name is
 *     refused)
 * @param model the requested model
 * @param stream whether the caller asked for a stream
 * @param usageAsked OpenAI: whether {@code stream_options.include_usage} is true
 * @param outputCap the caller's own cap, the stricter if it set two; -1: none
 * @param answers how many answers are asked for ({@code n}), at least 1
 * @param metadata fields of the contract found in the dialect's own metadata ({@code metadata},
 *     {@code user}, {@code metadata.user_id})
 * @param inputBoundTokens proven upper bound of the input's tokens as any provider may count them:
 *     one for each UTF-8 byte plus fixed overheads
 * @param unbounded what has no such bound, such as {@code messages[2].content[0].image_url}; null
 *     if all has
 */
public record ChatRequest(
    Dialect dialect,
    Buffer body,
    Map<String, Span> fields,
    String model,
    boolean stream,
    boolean usageAsked,
    long outputCap,
    int answers,
    Map<TaskField, String> metadata,
    long inputBoundTokens,
    String unbounded) {

  /**
   * One top-level field.
   *
   * @param nameStart offset of the quote that opens the name
   * @param valueStart offset of the value's first byte
   * @param valueEnd offset behind the value's last byte
   */
  public record Span(int nameStart, int valueStart, int valueEnd) {}
}
