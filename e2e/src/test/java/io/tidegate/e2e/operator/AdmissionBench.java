package io.tidegate.e2e.operator;

import io.tidegate.e2e.OperatorProcess;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.admit.AdmissionLoad;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long the webhook takes at a steady rate ({@code e2e/bench/admission}), in the operator's
 * process under the options of its image. Arguments: reviews a second (default 200), seconds of a
 * round (default 60), rounds (default 3).
 */
public final class AdmissionBench {
  private static final int CONNECTIONS = 8;

  private AdmissionBench() {}

  public static void main(String[] args) throws Exception {
    int perSecond = args.length > 0 ? Integer.parseInt(args[0]) : 200;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Vertx vertx = Vertx.vertx();
    try (ControlPlane api = ControlPlane.start();
        Installation installation = Installation.of(api);
        OperatorChild operator =
            OperatorChild.start(
                installation,
                Files.createTempDirectory("tidegate-admission-"),
                OperatorChild.asInTheImage())) {
      String namespace = installation.governedNamespace("load");
      HttpClient client = operator.client(vertx, CONNECTIONS);
      for (int round = 1; round <= rounds; round++) {
        AdmissionLoad load =
            new AdmissionLoad(
                    vertx, () -> client, operator.address, OperatorProcess.TLS_PORT, namespace)
                .start(perSecond);
        vertx.timer(seconds, TimeUnit.SECONDS).await();
        System.out.println(
            String.format(
                Locale.ROOT,
                "round %d: %s; load %.1f; %s; %s",
                round,
                Fleet.spread(load.stop()),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                operator.processor(),
                operator.memory()));
      }
    } finally {
      vertx.close().await();
    }
  }
}
