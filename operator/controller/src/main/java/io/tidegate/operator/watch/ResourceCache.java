package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.SidecarProfile;
import io.tidegate.operator.admit.InjectionNames;
import io.tidegate.operator.compile.PodView;
import io.tidegate.operator.compile.ResourceView;
import io.tidegate.operator.compile.ResourceView.NamespaceView;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.compile.ResourceView.ServiceAccountView;
import io.tidegate.operator.reach.ApiConnection;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything the operator knows of the cluster. Reads answer from memory and may come from any
 * thread; they are a moment behind the API server, and converge.
 */
public final class ResourceCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceCache.class);

  /** Who opts out is out; whether the others are to have one is their Namespace's word. */
  private static final String WITHOUT_SIDECAR =
      "%s!=true,%s!=%s"
          .formatted(
              InjectionNames.INJECTED_LABEL, InjectionNames.INJECT_LABEL, InjectionNames.DISABLED);

  /** All other pods of the cluster may be many, and are whole until they are projected. */
  private static final long PODS_A_PAGE = 500;

  /** A key is not taken for gone because an API server that began anew forbids it once. */
  private static final int REFUSALS_OF_SECRETS = 2;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Scope scope;
  private final PolicyObservers policies;
  private final CaBundles caBundles;
  private final Watched<Namespace, NamespaceView> namespaces;
  private final Watched<ServiceAccount, ServiceAccountView> serviceAccounts;
  private final Watched<Pod, InjectedPod> pods;
  private final Watched<Pod, PlainPod> plainPods;
  private final Map<String, Watched<Secret, Map<String, String>>> secrets;
  private final Watched<ConfigMap, ConfigMap> reports;

  /**
   * What is watched beyond the policy kinds.
   *
   * @param operatorNamespace whose objects govern the cluster
   * @param secretNamespaces whose Secrets the installation lets the operator read
   * @param withheldSecrets names that are never handed out, whatever a provider says
   * @param reportLabel selects the replicas' ConfigMaps in the operator's namespace
   */
  public record Scope(
      String operatorNamespace,
      Set<String> secretNamespaces,
      Set<String> withheldSecrets,
      String reportLabel) {
    public Scope {
      secretNamespaces = Set.copyOf(secretNamespaces);
      withheldSecrets = Set.copyOf(withheldSecrets);
    }
  }

  /** Begins to watch; returns before anything is listed. */
  public ResourceCache(
      ApiConnection api, Scope scope, InstantSource clock, CacheListener listener) {
    KubernetesClient client = api.client();
    this.scope = scope;
    Runnable policyChanged = listener::policyChanged;
    policies = new PolicyObservers(client, clock, policyChanged, PolicyObservers.LONGEST_START);
    caBundles = new CaBundles(api, clock, policyChanged);
    namespaces =
        Watched.start(
            "Namespaces",
            client.namespaces(),
            Namespace::new,
            new Projections<>(Projected::namespace, clock, (_, _) -> policyChanged.run()));
    serviceAccounts =
        Watched.start(
            "ServiceAccounts",
            client.serviceAccounts().inAnyNamespace(),
            ServiceAccount::new,
            new Projections<>(Projected::serviceAccount, clock, (_, _) -> policyChanged.run()));
    PodChanges podChanges = new PodChanges(listener);
    pods =
        Watched.start(
            "Pods",
            client.pods().inAnyNamespace().withLabel(InjectionNames.INJECTED_LABEL, "true"),
            Pod::new,
            new Projections<>(InjectedPod::of, clock, podChanges::changed));
    plainPods =
        Watched.start(
            "Pods without sidecar",
            client
                .pods()
                .inAnyNamespace()
                .withLabelSelector(WITHOUT_SIDECAR)
                .withLimit(PODS_A_PAGE),
            Pod::new,
            new Projections<>(
                pod -> PlainPod.of(pod, scope.operatorNamespace()), clock, (_, _) -> {}));
    SecretChanges secretChanges = new SecretChanges(listener);
    secrets =
        scope.secretNamespaces().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(),
                    namespace ->
                        Watched.start(
                            "Secrets of " + namespace,
                            client.secrets().inNamespace(namespace),
                            Secret::new,
                            new Projections<>(
                                secret -> Projected.secret(secret, scope.withheldSecrets()),
                                clock,
                                secretChanges::changed),
                            new Refusals(REFUSALS_OF_SECRETS, policyChanged))));
    reports =
        Watched.start(
            "acknowledgements of replicas",
            client
                .configMaps()
                .inNamespace(scope.operatorNamespace())
                .withLabel(scope.reportLabel(), "true"),
            ConfigMap::new,
            new Projections<>(Function.identity(), clock, (_, _) -> listener.reportChanged()));
  }

  /**
   * Blocks until everything was listed once, but for Secrets and CA bundles that the operator may
   * not read: a namespace's right goes with the namespace, and anybody may name any ConfigMap.
   *
   * @throws IllegalStateException if one of our kinds is not listed in time
   */
  public void sync() {
    policies.start();
    List<CompletableFuture<Void>> lists = new ArrayList<>();
    lists.add(namespaces.listed());
    lists.add(serviceAccounts.listed());
    lists.add(pods.listed());
    secrets.values().forEach(one -> lists.add(one.listedOrRefused()));
    lists.add(reports.listed());
    lists.add(caBundles.follow(policies.providers.list()));
    CompletableFuture.allOf(lists.toArray(CompletableFuture[]::new)).join();
  }

  /**
   * All that a compilation reads, as of now. Waits a moment for a CA bundle that a provider names
   * anew, since the provider would be taken for broken until it is there. A pod whose Namespace is
   * not here yet is left out: its pins would be missing.
   */
  public ResourceView view() {
    List<ModelProvider> providers = policies.providers.list();
    awaitBriefly(caBundles.follow(providers));
    return new ResourceView(
        scope.operatorNamespace(),
        grantedSecretNamespaces(),
        providers,
        policies.routes.list(),
        policies.budgets.list(),
        policies.prompts.list(),
        policies.profiles.list(),
        List.copyOf(namespaces.projections().values()),
        List.copyOf(serviceAccounts.projections().values()),
        pods().stream().map(InjectedPod::view).filter(this::placed).toList(),
        caBundles.contents(),
        caBundles.refused(),
        secretKeys());
  }

  private Set<String> grantedSecretNamespaces() {
    return secrets.entrySet().stream()
        .filter(one -> !one.getValue().isRefused())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private boolean placed(PodView pod) {
    boolean placed = namespaces.projections().get(new ObjectKey("", pod.namespace())).isPresent();
    if (!placed) {
      LOG.warn("Pod {}/{} waits for its Namespace to be seen", pod.namespace(), pod.name());
    }
    return placed;
  }

  private static void awaitBriefly(CompletableFuture<Void> bundles) {
    try {
      bundles.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("A CA bundle is not to be had yet; its provider serves no call until then", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<ObjectKey, Set<String>> secretKeys() {
    Map<ObjectKey, Set<String>> keys = new HashMap<>();
    for (var one : secrets.values()) {
      one.projections().snapshot().forEach((key, data) -> keys.put(key, data.keySet()));
    }
    return keys;
  }

  /** Every object of our kinds, with the status it has. */
  public List<CustomResource<?, ?>> policyObjects() {
    return policies.all();
  }

  /** What an Event on an object of our kinds is about; empty if it is not there. */
  public Optional<ObjectReference> policyReference(ObjectRef object) {
    return policies
        .find(object)
        .map(
            found ->
                Workload.reference(
                    found.getApiVersion(),
                    object.kind(),
                    object.namespace(),
                    object.name(),
                    found.getMetadata().getUid()));
  }

  public Optional<ModelProvider> provider(ObjectKey key) {
    return policies.providers.get(key);
  }

  public List<SidecarProfile> profiles() {
    return policies.profiles.list();
  }

  public Collection<InjectedPod> pods() {
    return List.copyOf(pods.projections().values());
  }

  /** Pods without the sidecar, governed or not; nobody waits for their first list. */
  public Collection<PlainPod> plainPods() {
    return List.copyOf(plainPods.projections().values());
  }

  public Optional<InjectedPod> pod(ObjectKey key) {
    return pods.projections().get(key);
  }

  public Optional<Map<String, String>> namespaceLabels(String namespace) {
    return namespaces.projections().get(new ObjectKey("", namespace)).map(NamespaceView::labels);
  }

  /** Decoded values; empty if there is none, or it may not be handed out. */
  public Optional<Map<String, String>> secret(ObjectKey key) {
    return secrets.values().stream()
        .flatMap(one -> one.projections().get(key).stream())
        .findFirst();
  }

  /** The ConfigMaps of all replicas. */
  public Collection<ConfigMap> reports() {
    return List.copyOf(reports.projections().values());
  }

  /** When the API server last sent anything, by the objects' plural. */
  public Map<String, Instant> lastEvents() {
    Map<String, Instant> events = new TreeMap<>(policies.lastEvents());
    events.put("namespaces", namespaces.projections().lastEvent());
    events.put("serviceaccounts", serviceAccounts.projections().lastEvent());
    events.put("pods", pods.projections().lastEvent());
    events.put("pods-without-sidecar", plainPods.projections().lastEvent());
    secrets.values().stream()
        .map(one -> one.projections().lastEvent())
        .max(Instant::compareTo)
        .ifPresent(last -> events.put("secrets", last));
    events.put("configmaps", reports.projections().lastEvent());
    return events;
  }

  @Override
  public void close() {
    policies.close();
    caBundles.close();
    namespaces.close();
    serviceAccounts.close();
    pods.close();
    plainPods.close();
    secrets.values().forEach(Watched::close);
    reports.close();
  }
}
