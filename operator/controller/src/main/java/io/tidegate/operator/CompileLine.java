package io.tidegate.operator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.ResourceView;
import io.tidegate.operator.compile.Unserved;
import io.tidegate.operator.serve.SnapshotStore;
import io.tidegate.operator.status.Expectations;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.operator.watch.ResourceCache;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From caches to the snapshots in force. A compilation that fails changes nothing: what was in
 * force stays. For one thread; {@link #latest} is for all.
 */
final class CompileLine {
  private static final Logger LOG = LoggerFactory.getLogger(CompileLine.class);

  private final ResourceCache cache;
  private final Function<ResourceView, Compilation> compiler;
  private final SnapshotStore store;
  private final InstantSource clock;
  private final Timer duration;
  private final MeterRegistry meters;
  private final AtomicReference<Compiled> latest = new AtomicReference<>();

  /** A compilation, what it was made from, and what sidecars are to run by it. */
  record Compiled(
      ResourceView view, Compilation compilation, Expectations expectations, Set<String> pods) {}

  CompileLine(
      ResourceCache cache,
      Function<ResourceView, Compilation> compiler,
      SnapshotStore store,
      InstantSource clock,
      MeterRegistry meters) {
    this.cache = cache;
    this.compiler = compiler;
    this.store = store;
    this.clock = clock;
    this.meters = meters;
    this.duration =
        Timer.builder("tidegate_operator_compile_duration")
            .publishPercentileHistogram()
            .register(meters);
    Gauge.builder(
            "tidegate_operator_pods_unserved",
            () -> latest().map(now -> now.compilation().unserved().size()).orElse(0))
        .description("pods whose configuration cannot be run, so that they keep what they had")
        .register(meters);
  }

  /** Empty until the first success. */
  Optional<Compiled> latest() {
    return Optional.ofNullable(latest.get());
  }

  /**
   * @return whether a compilation was put in force
   */
  boolean run() {
    try {
      return duration.recordCallable(this::compile);
    } catch (Exception e) {
      meters.counter("tidegate_operator_compile_failures").increment();
      LOG.error("A compilation failed; the configuration in force stays as it is", e);
      return false;
    }
  }

  private boolean compile() {
    Set<String> pods =
        cache.pods().stream().map(InjectedPod::uid).collect(Collectors.toUnmodifiableSet());
    ResourceView view = cache.view();
    Compilation compilation = compiler.apply(view);
    int fresh = store.publish(compilation, pods);
    warn(compilation.unserved());
    Expectations before = latest().map(Compiled::expectations).orElse(Expectations.NONE);
    latest.set(new Compiled(view, compilation, before.next(compilation, clock.instant()), pods));
    LOG.debug("Compiled for {} pods, {} new snapshots", pods.size(), fresh);
    return true;
  }

  /** Once for each reason, until it is another. */
  private void warn(Map<String, Unserved> unserved) {
    Map<String, Unserved> known = latest().map(it -> it.compilation().unserved()).orElse(Map.of());
    Set<String> reasons = known.values().stream().map(Unserved::reason).collect(Collectors.toSet());
    unserved.values().stream()
        .filter(each -> reasons.add(each.reason()))
        .forEach(
            each ->
                LOG.warn(
                    "Pods of {} keep the configuration they have: {}",
                    each.snapshot().workload(),
                    each.reason()));
  }
}
