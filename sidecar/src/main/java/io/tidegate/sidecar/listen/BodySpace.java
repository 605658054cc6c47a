package io.tidegate.sidecar.listen;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the bodies of all open calls together take of the memory, in bytes. Each call's own bound is
 * no bound of their sum. A {@link Share} is what one call holds, until it ends.
 */
final class BodySpace {
  private final long max;
  private final AtomicLong taken = new AtomicLong();

  BodySpace(long max) {
    this.max = max;
  }

  long max() {
    return max;
  }

  long taken() {
    return taken.get();
  }

  Share open() {
    return new Share();
  }

  private boolean take(long bytes) {
    long before = taken.get();
    while (before + bytes <= max) {
      if (taken.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  /** Of any thread: a large body is inflated beside the event loop while its call may end. */
  final class Share {
    private long held;
    private boolean closed;

    /**
     * @return false: nothing was taken, as there is no room or the call is over
     */
    synchronized boolean take(long bytes) {
      if (closed || !BodySpace.this.take(bytes)) {
        return false;
      }
      held += bytes;
      return true;
    }

    synchronized void giveBack(long bytes) {
      if (!closed) {
        held -= bytes;
        taken.addAndGet(-bytes);
      }
    }

    /** Gives back what is held; only the first call does anything. */
    synchronized void close() {
      if (!closed) {
        giveBack(held);
        closed = true;
      }
    }
  }
}
