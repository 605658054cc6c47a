package io.tidegate.sidecar.fetch;

import java.time.Duration;

/**
 * Times of the conversation with the operator.
 *
 * @param connect to an open connection, TLS included
 * @param silence without any frame after which a stream counts as broken; the operator pings every
 *     10 s
 * @param stable how long a stream must have lasted for its end to count as the first failure again
 * @param floor the least wait between two tries
 * @param base the ceiling of the first wait's jitter; doubled by each failure
 * @param cap the greatest ceiling
 * @param post one acknowledgement or report, from connect to answer
 * @param reportEvery at most one spend report in so much time
 * @param lastWord for the last report at the end; the kubelet's patience with what ends is short
 */
public record StreamTiming(
    Duration connect,
    Duration silence,
    Duration stable,
    Duration floor,
    Duration base,
    Duration cap,
    Duration post,
    Duration reportEvery,
    Duration lastWord) {
  public static final StreamTiming PRODUCTION =
      new StreamTiming(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));
}
