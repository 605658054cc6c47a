package io.tidegate.operator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.operator.admit.InjectionDecision;
import io.tidegate.operator.admit.InjectionEvent;
import io.tidegate.operator.admit.SkipReason;
import io.tidegate.operator.events.Events;
import io.tidegate.operator.watch.PlainPod;
import io.tidegate.operator.watch.ResourceCache;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Pods that somebody wants governed and that run without the sidecar, because they cannot have one
 * or no operator answered when they were created: counted by every replica, told of by the one that
 * writes, once on each pod and once on its controller. For one thread.
 */
final class PlainPodLine {
  private static final String METER = "tidegate_operator_pods_without_sidecar";

  /** A whole cluster may be without; the next pass tells more. */
  private static final int MOST_TOLD = 50;

  private final ResourceCache cache;
  private final Events events;
  private final BooleanSupplier leading;
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final Set<String> told = new HashSet<>();

  /** Why a pod is without, and what to do. */
  private record Missed(InjectionEvent event, String reason, String message) {}

  PlainPodLine(ResourceCache cache, Events events, BooleanSupplier leading, MeterRegistry meters) {
    this.cache = cache;
    this.events = events;
    this.leading = leading;
    reasons()
        .forEach(
            reason ->
                Gauge.builder(METER, () -> counts.getOrDefault(reason, 0))
                    .description("Pods that are to have a sidecar and run without one")
                    .tag("reason", reason)
                    .register(meters));
  }

  private static Stream<String> reasons() {
    return Stream.concat(
        Stream.of(InjectionEvent.NotInjected.name()),
        Arrays.stream(SkipReason.values()).filter(SkipReason::surprising).map(SkipReason::name));
  }

  void pass() {
    Map<String, Integer> found = new HashMap<>();
    Set<String> current = new HashSet<>();
    boolean writer = leading.getAsBoolean();
    int left = MOST_TOLD;
    for (PlainPod pod : cache.plainPods()) {
      Optional<Missed> missed = missed(pod);
      if (missed.isEmpty()) {
        continue;
      }
      found.merge(missed.get().reason(), 1, Integer::sum);
      current.add(pod.uid());
      pod.controllerReference().ifPresent(controller -> current.add(controller.getUid()));
      if (writer && left > 0 && tell(pod, missed.get())) {
        left--;
      }
    }
    told.retainAll(writer ? current : Set.of());
    reasons().forEach(reason -> counts.put(reason, found.getOrDefault(reason, 0)));
  }

  private boolean tell(PlainPod pod, Missed missed) {
    if (!told.add(pod.uid())) {
      return false;
    }
    events.publish(pod.reference(), missed.event(), missed.message());
    pod.controllerReference()
        .filter(controller -> told.add(controller.getUid()))
        .ifPresent(controller -> events.publish(controller, missed.event(), missed.message()));
    return true;
  }

  private Optional<Missed> missed(PlainPod pod) {
    Optional<Map<String, String>> labels = cache.namespaceLabels(pod.namespace());
    if (pod.over() || labels.isEmpty()) {
      return Optional.empty();
    }
    Optional<InjectionDecision.Skip> skip = pod.eligibility().skip(labels::get);
    if (skip.isPresent()) {
      return skip.filter(why -> why.reason().surprising())
          .map(
              why ->
                  new Missed(
                      InjectionEvent.InjectionSkipped,
                      why.reason().name(),
                      why.reason().name() + ": " + why.sentence()));
    }
    return Optional.of(
        new Missed(
            InjectionEvent.NotInjected,
            InjectionEvent.NotInjected.name(),
            "runs without the sidecar: no operator answered when it was created, it is older"
                + " than the label tidegate.io/inject=enabled, or its namespace is one of the"
                + " chart's webhook.excludedNamespaces; next: "
                + pod.restart()));
  }
}
