package io.tidegate.e2e.operator;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tidegate.e2e.OperatorProcess;
import io.tidegate.e2e.WorkDirectory;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.admit.AdmissionLoad;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/**
 * How long the webhook takes at a steady rate ({@code e2e/bench/admission}), in the operator's
 * process under the options of its image. Arguments: reviews a second (default 200), seconds of a
 * round (default 60), rounds (default 3), and rotations of the server's certificate in each round
 * (default 0). With these a round lasts until they are done, some ten seconds each, and every tenth
 * review comes on a connection of its own, which an API server does more seldom.
 */
public final class AdmissionBench implements AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final int NEW_CONNECTION_EVERY = 10;
  private static final int LOOK_MILLIS = 250;
  private static final String TAKE_OUT =
      """
      [{"op": "remove", "path": "/data/tls.crt"}, {"op": "remove", "path": "/data/tls.key"}]
      """;

  private final Vertx vertx = Vertx.vertx();
  private final Installation installation;
  private final OperatorChild operator;
  private final String namespace;
  private final HttpClient pooled;
  private final HttpClient connecting;

  private AdmissionBench(Installation installation, OperatorChild operator) {
    this.installation = installation;
    this.operator = operator;
    this.namespace = installation.governedNamespace("load");
    this.pooled = operator.client(vertx, CONNECTIONS);
    this.connecting = operator.connectingClient(vertx);
  }

  public static void main(String[] args) throws Exception {
    int perSecond = args.length > 0 ? Integer.parseInt(args[0]) : 200;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    int rotations = args.length > 3 ? Integer.parseInt(args[3]) : 0;
    try (WorkDirectory work = WorkDirectory.make("admission");
        ControlPlane api = ControlPlane.start();
        Installation installation = Installation.of(api);
        OperatorChild operator =
            OperatorChild.start(installation, work.path(), OperatorChild.asInTheImage());
        AdmissionBench bench = new AdmissionBench(installation, operator)) {
      for (int round = 1; round <= rounds; round++) {
        System.out.println("round " + round + ": " + bench.round(perSecond, seconds, rotations));
      }
    }
  }

  private String round(int perSecond, int seconds, int rotations) {
    AtomicLong reviews = new AtomicLong();
    AdmissionLoad load =
        new AdmissionLoad(
                vertx,
                () ->
                    rotations > 0 && reviews.getAndIncrement() % NEW_CONNECTION_EVERY == 0
                        ? connecting
                        : pooled,
                operator.address,
                OperatorProcess.TLS_PORT,
                namespace)
            .start(perSecond);
    if (rotations == 0) {
      vertx.timer(seconds, TimeUnit.SECONDS).await();
    }
    for (int i = 0; i < rotations; i++) {
      rotate();
    }
    AdmissionLoad.Outcome outcome = load.end();
    return String.format(
        Locale.ROOT,
        "%s; %d reviews, %d rotations, %s; load %.1f; %s; %s",
        Fleet.spread(outcome.millis()),
        outcome.millis().length,
        rotations,
        failures(outcome.failures()),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        operator.processor(),
        operator.memory());
  }

  private static String failures(List<Throwable> failures) {
    long tls = failures.stream().filter(SSLException.class::isInstance).count();
    return failures.size()
        + " failed, "
        + tls
        + " of them by TLS"
        + failures.stream().findFirst().map(first -> " (" + first + ")").orElse("");
  }

  /** As charts/README.md tells a person to; returns once the new certificate is served. */
  private void rotate() {
    X509Certificate before = served();
    installation
        .admin
        .secrets()
        .inNamespace(Installation.NAMESPACE)
        .withName(OperatorTls.SECRET)
        .patch(PatchContext.of(PatchType.JSON), TAKE_OUT);
    while (served().equals(before)) {
      vertx.timer(LOOK_MILLIS, TimeUnit.MILLISECONDS).await();
    }
  }

  private X509Certificate served() {
    try {
      return OperatorTls.served(operator.address, OperatorProcess.TLS_PORT, operator.caPem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
