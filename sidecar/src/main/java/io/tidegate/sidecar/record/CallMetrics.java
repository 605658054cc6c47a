package io.tidegate.sidecar.record;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.policy.Money;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What Prometheus sees of calls: the GenAI conventions and our own {@code tidegate_*}. Labels are
 * enumerations and names of configured objects, never a pod, a user or a caller's text.
 */
public final class CallMetrics {
  private static final String NONE = "";
  private static final double USD_PER_PICO = 1e-12;
  private static final Duration[] OVERHEAD = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1)
  };
  private final MeterRegistry registry;
  private final GenAiMetrics genAi;
  private final Map<Lost, Counter> lost = new EnumMap<>(Lost.class);
  private final MeterCache<CallKey, Counter> calls;
  private final MeterCache<String, RouteMeters> routes;
  private final MeterCache<CostKey, Counter> costs;
  private final MeterCache<BudgetKey, Counter> denials;

  /** Why an event was not written. */
  public enum Lost {
    queue_full,
    write_failed
  }

  private record CallKey(String decision, String reason, String route, String outcome) {}

  private record CostKey(String provider, String model, String route, String source) {}

  private record BudgetKey(String budget, String limit) {}

  private record RouteMeters(Counter attempts, Counter fallbacks, Timer overhead) {}

  public CallMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.genAi = new GenAiMetrics(registry);
    String other = GenAiMetrics.OTHER;
    this.calls = new MeterCache<>(this::callsOf, new CallKey(other, other, other, other));
    this.routes = new MeterCache<>(this::routeOf, other);
    this.costs = new MeterCache<>(this::costOf, new CostKey(other, other, other, other));
    this.denials = new MeterCache<>(this::denialsOf, new BudgetKey(other, other));
    for (Lost cause : Lost.values()) {
      lost.put(cause, registry.counter("tidegate.events.lost", "cause", cause.name()));
    }
  }

  /** On the recorder's thread. */
  public void observe(CallEvent event) {
    genAi.observe(event);
    CallEvent.Decision decision = event.decision();
    String route = event.served() == null ? NONE : name(event.served().route());
    String reason = decision.reason() == null ? NONE : decision.reason().code();
    calls
        .get(
            new CallKey(
                decision.allowed() ? "allowed" : "refused",
                reason,
                route,
                event.outcome().name().toLowerCase(Locale.ROOT)))
        .increment();
    RouteMeters meters = routes.get(route);
    meters.attempts.increment(event.attempts());
    if (event.fallbackUsed()) {
      meters.fallbacks.increment();
    }
    if (event.timings().overhead() != null) {
      meters.overhead.record(event.timings().overhead());
    }
    cost(event, route);
    if (!decision.allowed() && CallEvent.isBudget(decision.object())) {
      denials.get(new BudgetKey(name(decision.object()), decision.rule())).increment();
    }
  }

  /** On any thread. */
  void eventLost(Lost cause) {
    lost.get(cause).increment();
  }

  private void cost(CallEvent event, String route) {
    Money cost = event.cost();
    if (cost != null && cost.picoUsd() > 0 && event.served() != null) {
      String model = GenAiMetrics.key(event).model();
      costs
          .get(
              new CostKey(
                  name(event.served().provider()), model, route, event.usageSource().name()))
          .increment(cost.picoUsd() * USD_PER_PICO);
    }
  }

  static String name(ObjectRef ref) {
    return ref == null ? NONE : ref.namespace() + "/" + ref.name();
  }

  private Counter callsOf(CallKey key) {
    return registry.counter(
        "tidegate.calls",
        Tags.of(
            "decision", key.decision,
            "reason", key.reason,
            "route", key.route,
            "outcome", key.outcome));
  }

  private RouteMeters routeOf(String route) {
    Tags tags = Tags.of("route", route);
    return new RouteMeters(
        registry.counter("tidegate.attempts", tags),
        registry.counter("tidegate.fallbacks", tags),
        Timer.builder("tidegate.overhead")
            .tags(tags)
            .serviceLevelObjectives(OVERHEAD)
            .register(registry));
  }

  private Counter costOf(CostKey key) {
    return registry.counter(
        "tidegate.cost.usd",
        Tags.of(
            "provider", key.provider,
            "model", key.model,
            "route", key.route,
            "usage_source", key.source));
  }

  private Counter denialsOf(BudgetKey key) {
    return registry.counter(
        "tidegate.budget.denials",
        Tags.of("budget", key.budget, "limit", key.limit == null ? NONE : key.limit));
  }
}
