package io.tidegate.sidecar.fetch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: exponential with full jitter, so that sidecars which lost
 * one operator do not return together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and never below a
 * floor, so that no failure makes a tight loop. On one thread.
 */
final class Backoff {
  private static final int MAX_SHIFT = 30;

  private final Duration floor;
  private final Duration base;
  private final Duration cap;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration floor, Duration base, Duration cap, RandomGenerator random) {
    this.floor = floor;
    this.base = base;
    this.cap = cap;
    this.random = random;
  }

  Duration next() {
    long ceiling = Math.min(cap.toMillis(), base.toMillis() << Math.min(failures, MAX_SHIFT));
    failures++;
    return Duration.ofMillis(floor.toMillis() + random.nextLong(Math.max(1, ceiling)));
  }

  /**
   * A time that the other side asked for, and up to half as much again. Bounded at both ends: not
   * even the operator can send a sidecar away for good, or into a tight loop.
   */
  Duration asked(Duration wish) {
    long millis = Math.clamp(wish.toMillis(), floor.toMillis(), Duration.ofMinutes(5).toMillis());
    return Duration.ofMillis(millis + random.nextLong(millis / 2 + base.toMillis()));
  }

  void succeeded() {
    failures = 0;
  }

  int failures() {
    return failures;
  }
}
