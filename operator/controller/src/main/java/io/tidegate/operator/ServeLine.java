package io.tidegate.operator;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.SidecarProfile;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.events.Events;
import io.tidegate.operator.serve.AckLedger;
import io.tidegate.operator.serve.CredentialVault;
import io.tidegate.operator.serve.Offer;
import io.tidegate.operator.serve.PublishedSnapshot;
import io.tidegate.operator.serve.RefusalEvents;
import io.tidegate.operator.serve.SidecarIdentity;
import io.tidegate.operator.serve.SidecarLine;
import io.tidegate.operator.serve.SnapshotStore;
import io.tidegate.operator.serve.SnapshotStream;
import io.tidegate.operator.serve.StreamMeters;
import io.tidegate.operator.tls.CertificateIssuer;
import io.tidegate.operator.trust.OwnAuthorities;
import io.tidegate.operator.trust.SidecarImages;
import io.tidegate.operator.trust.Trust;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.operator.watch.ResourceCache;
import io.tidegate.sidecar.config.ObjectRef;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** {@code SnapshotStore -> SnapshotStream}, with identity and credentials beside it, wired. */
final class ServeLine implements AutoCloseable {
  private final OperatorSettings settings;
  private final ResourceCache cache;
  private final SnapshotStore store;
  private final CredentialVault vault;
  private final SidecarImages images;
  private final ExecutorService blocking;
  private final SidecarLine sidecars;

  ServeLine(
      OperatorSettings settings,
      KubernetesClient client,
      Vertx vertx,
      ResourceCache cache,
      CertificateIssuer issuer,
      SnapshotStore store,
      AckLedger ledger,
      Events events,
      InstantSource clock,
      MeterRegistry meters) {
    this.settings = settings;
    this.cache = cache;
    this.store = store;
    this.vault = new CredentialVault(sources(cache), Set.copyOf(settings.secretNamespaces()));
    this.images = SidecarImages.of(settings.sidecarImage(), settings.trustedSidecarImages());
    this.blocking =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("tidegate-identity-", 0).factory());
    SidecarIdentity identity =
        new SidecarIdentity(
            client,
            blocking,
            SidecarIdentity.Bounds.standard(settings.tokenReviewConcurrency()),
            cache::pod,
            this::trustedImages,
            settings.operatorUrl(),
            () -> new OwnAuthorities(issuer.caPem()),
            events);
    this.sidecars =
        new SidecarLine(
            vertx,
            identity,
            ledger,
            new RefusalEvents(this::blamable, events),
            this::offer,
            clock,
            new SnapshotStream.Timing(settings.pingInterval(), settings.streamAge()),
            new StreamMeters(meters));
  }

  SidecarLine sidecars() {
    return sidecars;
  }

  SnapshotStream stream() {
    return sidecars.stream();
  }

  /** Pods whose image is trusted no longer lose stream and credentials. */
  void recheckImages() {
    SidecarImages now = trustedImages();
    sidecars.stream()
        .recheck(
            pod -> pod.trust() instanceof Trust.Trusted trusted && !now.trusts(trusted.image()));
  }

  private Offer offer(InjectedPod pod) {
    return store
        .forPod(pod.uid())
        .map(snapshot -> new Offer(snapshot, credentials(pod, snapshot)))
        .orElse(Offer.NOTHING);
  }

  /** A sidecar may blame what its pod's configuration was compiled from, and nobody else's. */
  private Optional<ObjectReference> blamable(InjectedPod pod, ObjectRef object) {
    return store
        .forPod(pod.uid())
        .filter(snapshot -> snapshot.content().sources().contains(object))
        .flatMap(_ -> cache.policyReference(object));
  }

  private Map<String, String> credentials(InjectedPod pod, PublishedSnapshot snapshot) {
    return vault.valuesFor(pod.namespace(), snapshot.content());
  }

  /**
   * Profiles of the operator's namespace are the administrator's word; others may name what they
   * like.
   */
  private SidecarImages trustedImages() {
    return images.and(
        cache.profiles().stream()
            .filter(profile -> profile.getMetadata().getNamespace().equals(settings.namespace()))
            .map(ServeLine::image)
            .filter(Objects::nonNull)
            .toList());
  }

  /** Pods that run by a profile go on when an edit makes it one that is not understood. */
  private static String image(SidecarProfile profile) {
    return profile.getSpec() == null
        ? profile.part(String.class, "image").orElse(null)
        : profile.getSpec().image();
  }

  private static CredentialVault.Sources sources(ResourceCache cache) {
    return new CredentialVault.Sources() {
      @Override
      public Optional<ModelProvider> provider(ObjectKey key) {
        return cache.provider(key);
      }

      @Override
      public Optional<Map<String, String>> namespaceLabels(String namespace) {
        return cache.namespaceLabels(namespace);
      }

      @Override
      public Optional<Map<String, String>> secret(ObjectKey key) {
        return cache.secret(key);
      }
    };
  }

  /** Sidecars go to another replica. */
  void endStreams() {
    sidecars.stream().goodbyeAll("this replica of the operator ends");
  }

  @Override
  public void close() {
    blocking.shutdown();
  }
}
