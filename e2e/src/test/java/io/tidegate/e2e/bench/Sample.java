package io.tidegate.e2e.bench;

import java.util.Arrays;

/** Delays in nanoseconds; written by one event loop, read after it. */
final class Sample {
  private long[] nanos = new long[1 << 16];
  private int count;
  private int failed;

  synchronized void add(long delay) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = delay;
  }

  synchronized void fail() {
    failed++;
  }

  synchronized int count() {
    return count;
  }

  synchronized int failed() {
    return failed;
  }

  /** Milliseconds at the quantile, 0 to 1. */
  synchronized double millis(double quantile) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return count == 0
        ? Double.NaN
        : sorted[(int) Math.min(count - 1L, (long) (quantile * count))] / 1e6;
  }
}
