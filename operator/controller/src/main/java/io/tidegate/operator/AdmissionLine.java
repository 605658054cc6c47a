package io.tidegate.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.operator.admit.AdmissionEndpoint;
import io.tidegate.operator.admit.InjectionPolicy;
import io.tidegate.operator.admit.InjectionRecorder;
import io.tidegate.operator.admit.InjectionSettings;
import io.tidegate.operator.admit.NamespaceLookup;
import io.tidegate.operator.admit.PodMutator;
import io.tidegate.operator.events.Events;
import io.tidegate.operator.serve.BoundedClient;
import io.tidegate.operator.tls.CertificateIssuer;
import io.tidegate.operator.watch.ResourceCache;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;

/** {@code AdmissionEndpoint -> InjectionPolicy -> PodMutator -> InjectionReport}, wired. */
final class AdmissionLine {
  /** A review asks twice at most, and an API server waits three seconds for its answer. */
  private static final Duration LONGEST_LOOK_UP = Duration.ofSeconds(1);

  private final AdmissionEndpoint endpoint;

  AdmissionLine(
      OperatorSettings settings,
      KubernetesClient client,
      ResourceCache cache,
      CertificateIssuer issuer,
      Events events,
      MeterRegistry meters,
      InstantSource clock) {
    InjectionSettings injection =
        new InjectionSettings(
            settings.namespace(), settings.operatorUrl(), settings.sidecarImage(), issuer::caPem);
    NamespaceLookup namespaces =
        NamespaceLookup.cachedThenApi(
            cache::namespaceLabels, BoundedClient.of(client, LONGEST_LOOK_UP));
    CachedProfiles profiles = new CachedProfiles(settings.namespace(), cache::profiles);
    endpoint =
        new AdmissionEndpoint(
            new InjectionPolicy(injection, namespaces, profiles),
            new PodMutator(injection),
            new InjectionRecorder(meters, events, clock));
    endpoint.rehearse();
  }

  void route(Router router) {
    router.post("/admit/inject").handler(endpoint.handler());
  }
}
