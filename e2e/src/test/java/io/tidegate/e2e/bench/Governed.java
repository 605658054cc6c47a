package io.tidegate.e2e.bench;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;

/** The configuration of every run: one route to one priced model. */
final class Governed {
  private Governed() {}

  /** The far end is on this port. */
  static Snapshot by(int farEnd) {
    ObjectRef provider = new ObjectRef("ModelProvider", "bench", "far-end");
    ObjectRef route = new ObjectRef("ModelRoute", "bench", "all");
    Provider.Model model =
        new Provider.Model("m", "m", null, null, new Provider.Price("1", "2", null, null, null));
    Route.Rule rule =
        new Route.Rule(
            "all",
            Route.Match.ANY,
            List.of(new Route.Target(provider, "m", 1)),
            Route.Select.Weighted,
            null,
            null,
            null,
            null);
    return new Snapshot(
        Snapshot.SCHEMA_VERSION,
        new Snapshot.Workload("bench", "default", "bench"),
        List.of(new Route(route, List.of(), List.of(rule))),
        List.of(
            new Provider(
                provider,
                Provider.Type.OpenAICompatible,
                "http://127.0.0.1:" + farEnd + "/v1",
                null,
                null,
                new Provider.Timeouts(2000, 30000, 60000, 600000),
                List.of(model))),
        List.of(),
        List.of(),
        new Profile(
            null,
            List.of(),
            new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
            new Profile.RequestLimits(32L << 20, 64)),
        List.of());
  }
}
