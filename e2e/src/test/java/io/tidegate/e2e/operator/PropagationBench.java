package io.tidegate.e2e.operator;

import io.tidegate.e2e.WorkDirectory;
import io.tidegate.e2e.cluster.ControlPlane;
import java.lang.management.ManagementFactory;
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
    try (WorkDirectory work = WorkDirectory.make("propagation");
        ControlPlane api = ControlPlane.start();
        Installation installation = Installation.of(api);
        OperatorChild operator =
            OperatorChild.start(installation, work.path(), OperatorChild.asInTheImage());
        Fleet fleet = Fleet.connect(installation, operator, pods, sidecars)) {
      System.out.println(
          sidecars + " sidecars of " + pods + " pods are connected: " + operator.memory());
      double[] arrivals = {};
      double[] acknowledgements = {};
      for (int i = 0; i < edits; i++) {
        Fleet.Edit edit = fleet.edit();
        fleet.awaitAcknowledged(i + 2);
        System.out.println(
            String.format(
                Locale.ROOT,
                "edit %d: %s; acknowledged: %s; load %.1f; %s",
                i + 1,
                Fleet.spread(edit.arrivals()),
                Fleet.spread(edit.acknowledgements()),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                operator.processor()));
        if (i >= edits / 5) {
          arrivals = Fleet.join(arrivals, edit.arrivals());
          acknowledgements = Fleet.join(acknowledgements, edit.acknowledgements());
        }
      }
      System.out.println("arrived: " + Fleet.spread(arrivals));
      System.out.println("acknowledged: " + Fleet.spread(acknowledgements));
      System.out.println(operator.memory());
    }
  }
}
