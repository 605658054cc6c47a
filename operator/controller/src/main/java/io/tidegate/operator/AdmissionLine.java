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
import io.tidegate.operator.tls.CertificateIssuer;
import io.tidegate.operator.watch.ResourceCache;
import io.vertx.ext.web.Router;
import java.time.InstantSource;

/** {@code AdmissionEndpoint -> InjectionPolicy -> PodMutator -> InjectionReport}, wired. */
final class AdmissionLine {
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
    NamespaceLookup namespaces = NamespaceLookup.cachedThenApi(cache::namespaceLabels, client);
    CachedProfiles profiles = new CachedProfiles(settings.namespace(), namespaces, cache::profiles);
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
