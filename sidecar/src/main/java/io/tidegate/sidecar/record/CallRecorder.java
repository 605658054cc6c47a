package io.tidegate.sidecar.record;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes finished calls from the event loop and writes them on its own thread.
 *
 * <p>When the reader of the events is too slow, {@link #hasRoom()} turns false and new calls are to
 * be refused: a call that nobody would hear of does not happen. Calls already under way still find
 * room, as many again. Beyond that an event is lost, and counted.
 */
public final class CallRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallRecorder.class);

  /** Longer would be felt by whoever reads along. */
  private static final long GATHER_NANOS = Duration.ofMillis(20).toNanos();

  /** Marks the end of the queue. */
  private static final Queued END = new Queued(null);

  private final EventSink sink;
  private final CallMetrics metrics;
  private final int capacity;
  private final BlockingQueue<Queued> queue;
  private final Thread thread;
  private volatile boolean closed;
  private boolean writeFailed;
  private boolean metricsFailed;

  private record Queued(CallEvent event) {}

  /**
   * @param capacity how many events may wait before new calls are refused
   */
  public CallRecorder(EventSink sink, CallMetrics metrics, int capacity) {
    this.sink = sink;
    this.metrics = metrics;
    this.capacity = capacity;
    this.queue = new LinkedBlockingQueue<>(2 * capacity + 1);
    this.thread = Thread.ofPlatform().daemon().name("tidegate-recorder").start(this::run);
  }

  /** Whether a new call may begin. */
  public boolean hasRoom() {
    return queue.size() < capacity;
  }

  /** Hands over the event of a call that has ended. Never blocks. */
  public void record(CallEvent event) {
    if (closed || queue.size() >= 2 * capacity || !queue.offer(new Queued(event))) {
      metrics.eventLost(CallMetrics.Lost.queue_full);
    }
  }

  /** Writes what is queued, for at most five seconds. Not for the event loop. */
  @Override
  public void close() {
    closed = true;
    try {
      boolean ended = queue.offer(END) && thread.join(Duration.ofSeconds(5));
      if (!ended) {
        LOG.warn("{} events were not written: the reader of the events is too slow", queue.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The end is one object, told from every other by identity. */
  @SuppressWarnings("ReferenceEquality")
  private void run() {
    try {
      for (Queued next = queue.take(); next.event != null; next = next()) {
        write(next.event);
        observe(next.event);
      }
    } catch (InterruptedException e) {
      LOG.error("the recorder was interrupted; no more events are written", e);
    }
  }

  /**
   * Whoever waits in the queue is woken by the next event, which costs the event loop a system call
   * a call. Where calls come close together, they are gathered for a moment instead.
   */
  private Queued next() throws InterruptedException {
    Queued next = queue.poll();
    if (next == null) {
      LockSupport.parkNanos(GATHER_NANOS);
      next = queue.poll();
    }
    return next == null ? queue.take() : next;
  }

  private void write(CallEvent event) {
    try {
      sink.write(event);
      writeFailed = false;
    } catch (IOException | RuntimeException e) {
      metrics.eventLost(CallMetrics.Lost.write_failed);
      if (!writeFailed) {
        writeFailed = true;
        LOG.error("events cannot be written, calls go on; reported once until it works again", e);
      }
    }
  }

  private void observe(CallEvent event) {
    try {
      metrics.observe(event);
    } catch (RuntimeException e) {
      if (!metricsFailed) {
        metricsFailed = true;
        LOG.error("a call could not be counted in the metrics; reported once", e);
      }
    }
  }
}
