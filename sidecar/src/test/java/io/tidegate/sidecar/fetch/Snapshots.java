package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import java.util.List;

/** Small snapshots for tests; the workload's name tells them apart. */
final class Snapshots {
  static final ObjectRef ROUTE = new ObjectRef("ModelRoute", "support", "everyday");

  private Snapshots() {}

  static String json(String name) {
    return SnapshotCodec.encode(of(name, List.of()));
  }

  static String version(String name) {
    return SnapshotCodec.version(json(name));
  }

  /** Names a provider that the snapshot lacks. */
  static String semanticallyWrong() {
    Route.Target target =
        new Route.Target(new ObjectRef("ModelProvider", "support", "gone"), "gpt", 1);
    Route.Rule rule =
        new Route.Rule(
            "all", Route.Match.ANY, List.of(target), Route.Select.Ordered, null, null, null, null);
    return SnapshotCodec.encode(of("wrong", List.of(new Route(ROUTE, List.of(), List.of(rule)))));
  }

  private static Snapshot of(String name, List<Route> routes) {
    return new Snapshot(
        Snapshot.SCHEMA_VERSION,
        new Snapshot.Workload("support", "default", name),
        routes,
        List.of(),
        List.of(),
        List.of(),
        new Profile(
            null,
            List.of(),
            new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
            new Profile.RequestLimits(1 << 20, 64)),
        List.of());
  }
}
