package io.tidegate.sidecar.call;

import java.util.Arrays;

/** When each stage was last entered, on the monotonic clock. */
public final class Timeline {
  private static final long NEVER = Long.MIN_VALUE;
  private final long[] nanos = new long[Stage.values().length];

  public Timeline() {
    Arrays.fill(nanos, NEVER);
  }

  public void enter(Stage stage) {
    nanos[stage.ordinal()] = System.nanoTime();
  }

  /** Stamps only the first time. */
  public void enterOnce(Stage stage) {
    if (nanos[stage.ordinal()] == NEVER) {
      enter(stage);
    }
  }

  public boolean reached(Stage stage) {
    return nanos[stage.ordinal()] != NEVER;
  }

  /** Nanoseconds between the two stamps; -1 if either is missing. */
  public long between(Stage from, Stage to) {
    return reached(from) && reached(to) ? nanos[to.ordinal()] - nanos[from.ordinal()] : -1;
  }
}
