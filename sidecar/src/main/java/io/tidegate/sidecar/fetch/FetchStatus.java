package io.tidegate.sidecar.fetch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fetching stands, for /config, /readyz, metrics and the log; written in one place each, read
 * on every thread. Holds no token, session or credential.
 */
public final class FetchStatus {
  private static final Logger LOG = LoggerFactory.getLogger(FetchStatus.class);

  private final InstantSource clock;
  private final MeterRegistry meters;
  private final Counter refusals;
  private final Counter breaks;
  private final Map<Part, String> problems = new ConcurrentHashMap<>();
  private volatile Stream stream;
  private volatile Instant lastHeard;
  private volatile Refused lastRefusal;

  public FetchStatus(InstantSource clock, MeterRegistry meters) {
    this.clock = clock;
    this.meters = meters;
    this.stream = new Stream(Phase.OFF, clock.instant(), "not started");
    this.refusals = meters.counter("tidegate.config.refusals");
    this.breaks = meters.counter("tidegate.config.stream.breaks");
    meters.gauge(
        "tidegate.config.stream.connected", this, s -> s.stream.phase() == Phase.CONNECTED ? 1 : 0);
    meters.gauge("tidegate.config.stream.silence.seconds", this, FetchStatus::silenceSeconds);
    for (Part part : Part.values()) {
      meters.gauge(
          "tidegate.config.problem",
          io.micrometer.core.instrument.Tags.of("part", part.text),
          this,
          s -> s.problems.containsKey(part) ? 1 : 0);
    }
  }

  public Stream stream() {
    return stream;
  }

  /** Null if none was refused since the start. */
  public Refused lastRefusal() {
    return lastRefusal;
  }

  /** What is wrong now, one sentence a part. */
  public Map<String, String> problems() {
    Map<String, String> copy = new TreeMap<>();
    problems.forEach((part, problem) -> copy.put(part.text, problem));
    return copy;
  }

  void entered(Phase phase, String detail) {
    Stream before = stream;
    stream = new Stream(phase, clock.instant(), detail);
    if (phase == Phase.WAITING) {
      breaks.increment();
      LOG.warn("configuration stream: {}", detail);
    } else if (phase != before.phase()) {
      LOG.info("configuration stream: {} {}", phase, detail);
    }
  }

  void heard() {
    lastHeard = clock.instant();
  }

  void adopted(String version, Origin origin) {
    meters.counter("tidegate.config.swaps", "origin", origin.toString()).increment();
    LOG.info("configuration {} from {} is in force", version, origin);
  }

  void refused(String version, Origin origin, ObjectRef object, String reason) {
    refusals.increment();
    lastRefusal = new Refused(version, origin, object, reason, clock.instant());
    LOG.warn("configuration {} from {} is refused: {}", version, origin, reason);
  }

  void problem(Part part, String sentence) {
    if (!sentence.equals(problems.put(part, sentence))) {
      LOG.warn("{}: {}", part.text, sentence);
    }
  }

  void fine(Part part) {
    problems.remove(part);
  }

  private double silenceSeconds() {
    Instant heard = lastHeard;
    return heard == null ? Double.NaN : Duration.between(heard, clock.instant()).toMillis() / 1e3;
  }

  /** What can be wrong while the rest goes on. */
  public enum Part {
    LAST_KNOWN_GOOD("last-known-good"),
    MOUNTED("mounted"),
    CREDENTIALS("credentials"),
    TRUST("trust"),
    ACKNOWLEDGEMENTS("acknowledgements"),
    SPEND("spend");

    private final String text;

    Part(String text) {
      this.text = text;
    }
  }

  /** Where the conversation with the operator is. */
  public enum Phase {
    /** No operator is set, or the sidecar is closing. */
    OFF,
    CONNECTING,
    CONNECTED,
    /** Until the next try. */
    WAITING
  }

  public record Stream(Phase phase, Instant since, String detail) {}

  /**
   * @param version as the sender named it
   * @param object the object that caused it; null if none did
   */
  public record Refused(
      String version, Origin origin, ObjectRef object, String reason, Instant at) {}
}
