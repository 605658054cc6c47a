package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.health.EventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The five kinds under JOSDK, without its leader election: every replica observes, and a lost Lease
 * must not end the process.
 */
final class PolicyObservers implements AutoCloseable {
  /** The definitions were there just before: what is not listed by then needs a new beginning. */
  static final Duration LONGEST_START = Duration.ofMinutes(10);

  private final Duration longestStart;
  private final Operator operator;
  final Providers providers;
  final Routes routes;
  final Budgets budgets;
  final Prompts prompts;
  final Profiles profiles;

  /**
   * Nothing is watched yet.
   *
   * @param longestStart how long {@link #start} may take
   */
  PolicyObservers(
      KubernetesClient client, InstantSource clock, Runnable changed, Duration longestStart) {
    this.longestStart = longestStart;
    providers = new Providers(clock, changed);
    routes = new Routes(clock, changed);
    budgets = new Budgets(clock, changed);
    prompts = new Prompts(clock, changed);
    profiles = new Profiles(clock, changed);
    operator =
        new Operator(
            configuration ->
                configuration
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withUseSSAToPatchPrimaryResource(false)
                    .withConcurrentReconciliationThreads(2)
                    .withStopOnInformerErrorDuringStartup(false)
                    .withCacheSyncTimeout(longestStart)
                    .withResourceCloner(new NoCloner()));
  }

  /**
   * Blocks until every kind was listed.
   *
   * @throws IllegalStateException if one was not in time, which ends the process: no probe would
   */
  void start() {
    operator.register(providers);
    operator.register(routes);
    operator.register(budgets);
    operator.register(prompts);
    operator.register(profiles);
    operator.start();
    List<String> unlisted = unlisted();
    if (!unlisted.isEmpty()) {
      throw new IllegalStateException(
          "The API server did not list %s within %d s; next: see in this log what it answered"
              .formatted(String.join(", ", unlisted), longestStart.toSeconds()));
    }
  }

  /** JOSDK goes on without them: it tries again for as long as it runs. */
  private List<String> unlisted() {
    return operator.getRuntimeInfo().unhealthyEventSources().entrySet().stream()
        .filter(kind -> kind.getValue().values().stream().anyMatch(PolicyObservers::isUnlisted))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static boolean isUnlisted(EventSourceHealthIndicator source) {
    return source instanceof InformerWrappingEventSourceHealthIndicator<?> informers
        && informers.informerHealthIndicators().values().stream()
            .anyMatch(informer -> !informer.hasSynced());
  }

  /** Every object of the five kinds. */
  List<CustomResource<?, ?>> all() {
    return observers().<CustomResource<?, ?>>flatMap(observer -> observer.list().stream()).toList();
  }

  Optional<? extends CustomResource<?, ?>> find(ObjectRef object) {
    ObjectKey key = new ObjectKey(object.namespace(), object.name());
    return switch (object.kind()) {
      case "ModelProvider" -> providers.get(key);
      case "ModelRoute" -> routes.get(key);
      case "TenantBudget" -> budgets.get(key);
      case "PromptVersion" -> prompts.get(key);
      case "SidecarProfile" -> profiles.get(key);
      default -> Optional.empty();
    };
  }

  /** By the kind's plural. */
  Map<String, Instant> lastEvents() {
    Map<String, Instant> events = new TreeMap<>();
    events.put("modelproviders", providers.lastEvent());
    events.put("modelroutes", routes.lastEvent());
    events.put("tenantbudgets", budgets.lastEvent());
    events.put("promptversions", prompts.lastEvent());
    events.put("sidecarprofiles", profiles.lastEvent());
    return events;
  }

  @Override
  public void close() {
    operator.stop();
  }

  private Stream<KindObserver<?>> observers() {
    return Stream.of(providers, routes, budgets, prompts, profiles);
  }

  /** Nobody changes what is in the cache, so nobody needs a copy. */
  private static final class NoCloner implements Cloner {
    @Override
    public <R extends HasMetadata> R clone(R object) {
      return object;
    }
  }

  @ControllerConfiguration(
      name = "modelproviders",
      generationAwareEventProcessing = false,
      triggerReconcilerOnAllEvents = true)
  static final class Providers extends KindObserver<ModelProvider> {
    Providers(InstantSource clock, Runnable changed) {
      super(clock, changed);
    }
  }

  @ControllerConfiguration(
      name = "modelroutes",
      generationAwareEventProcessing = false,
      triggerReconcilerOnAllEvents = true)
  static final class Routes extends KindObserver<ModelRoute> {
    Routes(InstantSource clock, Runnable changed) {
      super(clock, changed);
    }
  }

  @ControllerConfiguration(
      name = "tenantbudgets",
      generationAwareEventProcessing = false,
      triggerReconcilerOnAllEvents = true)
  static final class Budgets extends KindObserver<TenantBudget> {
    Budgets(InstantSource clock, Runnable changed) {
      super(clock, changed);
    }
  }

  @ControllerConfiguration(
      name = "promptversions",
      generationAwareEventProcessing = false,
      triggerReconcilerOnAllEvents = true)
  static final class Prompts extends KindObserver<PromptVersion> {
    Prompts(InstantSource clock, Runnable changed) {
      super(clock, changed);
    }
  }

  @ControllerConfiguration(
      name = "sidecarprofiles",
      generationAwareEventProcessing = false,
      triggerReconcilerOnAllEvents = true)
  static final class Profiles extends KindObserver<SidecarProfile> {
    Profiles(InstantSource clock, Runnable changed) {
      super(clock, changed);
    }
  }
}
