package io.tidegate.sidecar.policy;

/**
 * Tokens as the provider measured them, in one shape for all dialects.
 *
 * @param inputTokens all input, cached and written to the cache included (Anthropic reports them
 *     apart; the reader adds them)
 * @param cacheReadTokens part of the input
 * @param cacheWriteTokens part of the input, written for the shortest life
 * @param cacheWriteOneHourTokens part of the input, written for an hour
 * @param outputTokens all output, reasoning included
 * @param reasoningTokens part of the output
 */
public record Usage(
    long inputTokens,
    long cacheReadTokens,
    long cacheWriteTokens,
    long cacheWriteOneHourTokens,
    long outputTokens,
    long reasoningTokens) {

  /** Exact cost at this price. */
  public Money cost(Price price) {
    long plain =
        Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens - cacheWriteOneHourTokens);
    return price
        .input()
        .times(plain)
        .plus(price.cacheRead().times(cacheReadTokens))
        .plus(price.cacheWrite().times(cacheWriteTokens))
        .plus(price.cacheWriteOneHour().times(cacheWriteOneHourTokens))
        .plus(price.output().times(outputTokens));
  }

  public long totalTokens() {
    return inputTokens + outputTokens;
  }
}
