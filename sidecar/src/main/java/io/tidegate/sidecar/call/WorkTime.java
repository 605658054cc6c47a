package io.tidegate.sidecar.call;

/**
 * How long a call was in our hands, on the monotonic clock: time that is spent waiting for the
 * provider, for a backoff or for the client is left out.
 */
public final class WorkTime {
  private long total;
  private long since = -1;

  /** We work from now on. */
  public void working() {
    if (since < 0) {
      since = System.nanoTime();
    }
  }

  /** Somebody else is to act. */
  public void waiting() {
    if (since >= 0) {
      total += System.nanoTime() - since;
      since = -1;
    }
  }

  public long nanos() {
    return since < 0 ? total : total + System.nanoTime() - since;
  }
}
