package io.tidegate.e2e.operator;

import io.tidegate.e2e.cluster.ControlPlane;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How long an edit of a route takes to connected sidecars ({@code e2e/bench/propagation}), with the
 * operator as a process under the options of its image, on a real API server. Arguments: sidecars
 * (default 1000), pods (default as many), edits (default 20; the first fifth warms up).
 */
public final class PropagationBench {
  private PropagationBench() {}

  public static void main(String[] args) throws Exception {
    int sidecars = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    int pods = args.length > 1 ? Integer.parseInt(args[1]) : sidecars;
    int edits = args.length > 2 ? Integer.parseInt(args[2]) : 20;
    Path work = Files.createTempDirectory("tidegate-propagation-");
    try (ControlPlane api = ControlPlane.start();
        Installation installation = Installation.of(api);
        OperatorChild operator =
            OperatorChild.start(installation, work, OperatorChild.asInTheImage());
        Fleet fleet = Fleet.connect(installation, operator, pods, sidecars)) {
      System.out.println(
          sidecars + " sidecars of " + pods + " pods are connected: " + operator.memory());
      double[] all = {};
      for (int i = 0; i < edits; i++) {
        double[] millis = fleet.edit();
        fleet.awaitAcknowledged(i + 2);
        System.out.println(
            String.format(
                Locale.ROOT,
                "edit %d: %s; load %.1f; %s",
                i + 1,
                Fleet.spread(millis),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                operator.processor()));
        all = i < edits / 5 ? all : Fleet.join(all, millis);
      }
      java.util.Arrays.sort(all);
      System.out.println("all: " + Fleet.spread(all) + "; " + operator.memory());
    }
  }
}
