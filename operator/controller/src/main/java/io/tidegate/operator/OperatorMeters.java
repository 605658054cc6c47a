package io.tidegate.operator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.operator.reach.WatchLiveness;
import io.tidegate.operator.serve.SnapshotStream;
import io.tidegate.operator.tls.CertificateIssuer;
import io.tidegate.operator.watch.ResourceCache;
import java.time.Duration;
import java.time.Instant;

/** Gauges over the stages. Labels hold constants only, never namespaces, pods or objects. */
final class OperatorMeters {
  private OperatorMeters() {}

  static void bind(
      MeterRegistry registry,
      ResourceCache cache,
      WatchLiveness liveness,
      SnapshotStream stream,
      CertificateIssuer issuer) {
    Gauge.builder("tidegate_operator_connected_sidecars", stream, SnapshotStream::connected)
        .description("Sidecars that hold a stream to this replica")
        .strongReference(true)
        .register(registry);
    Gauge.builder(
            "tidegate_operator_certificate_expiry", () -> issuer.leafExpiry().getEpochSecond())
        .baseUnit("seconds")
        .description("When the serving certificate ends, seconds since the epoch")
        .register(registry);
    for (String informer : cache.lastEvents().keySet()) {
      Gauge.builder(
              "tidegate_operator_informer_last_event",
              () -> cache.lastEvents().getOrDefault(informer, Instant.EPOCH).getEpochSecond())
          .baseUnit("seconds")
          .description("When the API server last sent anything, seconds since the epoch")
          .tag("informer", informer)
          .register(registry);
    }
    for (String informer : liveness.silence().keySet()) {
      Gauge.builder(
              "tidegate_operator_watch_silence",
              () -> liveness.silence().getOrDefault(informer, Duration.ZERO).toMillis() / 1000.0)
          .baseUnit("seconds")
          .description("How long the API server gave no sign of life on the watches of the kind")
          .tag("informer", informer)
          .register(registry);
    }
  }
}
