package io.tidegate.sidecar;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Policies for tests of the call line: providers, one route with one rule, a wide budget. */
final class Snapshots {
  static final String KEY = "sk-platform-secret";
  private final List<Provider> providers = new ArrayList<>();
  private final List<Route.Target> targets = new ArrayList<>();
  private final List<Route.FailureKind> on = new ArrayList<>();
  private final List<Prompt> prompts = new ArrayList<>();

  /** Long enough for a busy machine; a test of a time-out names its own. */
  private Provider.Timeouts timeouts = new Provider.Timeouts(60_000, 60_000, 60_000, 120_000);

  private Route.Retry retry;
  private Route.Limits limits;
  private long maxBodyBytes = 1 << 20;
  private long generation = 1;
  private String budgetUsd = "1000";
  private String modelId = "vendor-small-1";

  static ObjectRef provider(String name) {
    return new ObjectRef("ModelProvider", "ai", name);
  }

  Snapshots timeouts(long connect, long firstToken, long idle, long total) {
    timeouts = new Provider.Timeouts(connect, firstToken, idle, total);
    return this;
  }

  /** The next target of the rule, in order. */
  Snapshots target(String name, Provider.Type type, String endpoint) {
    return target(name, type, endpoint, null);
  }

  Snapshots target(String name, Provider.Type type, String endpoint, String caPem) {
    Provider.Price price = new Provider.Price("1.00", "2.00", null, null, null);
    Provider.Model model = new Provider.Model("small", modelId, null, null, price);
    providers.add(
        new Provider(
            provider(name), type, endpoint, "ai/" + name, caPem, timeouts, List.of(model)));
    targets.add(new Route.Target(provider(name), "small", 1));
    return this;
  }

  Snapshots fallbackOn(Route.FailureKind... kinds) {
    on.addAll(List.of(kinds));
    return this;
  }

  Snapshots retry(int attempts, long backoffMillis, long maxBackoffMillis) {
    retry = new Route.Retry(attempts, backoffMillis, maxBackoffMillis);
    return this;
  }

  Snapshots limits(Integer input, Integer output) {
    limits = new Route.Limits(input, output);
    return this;
  }

  /** One that the rule attaches. */
  Snapshots prompt(Prompt prompt) {
    prompts.add(prompt);
    return this;
  }

  Snapshots maxBodyBytes(long bytes) {
    maxBodyBytes = bytes;
    return this;
  }

  Snapshots generation(long value) {
    generation = value;
    return this;
  }

  /** The provider's name of the model, for targets named from here on. */
  Snapshots modelId(String id) {
    modelId = id;
    return this;
  }

  Snapshots budgetUsd(String usd) {
    budgetUsd = usd;
    return this;
  }

  Policy load() throws SnapshotRefused {
    Route.Rule rule =
        new Route.Rule(
            "everyday",
            Route.Match.ANY,
            targets,
            Route.Select.Ordered,
            on.isEmpty() ? null : new Route.Fallback(on, List.of()),
            retry,
            limits,
            prompts.isEmpty() ? null : new Route.PromptUse(prompts.getFirst().object(), Map.of()));
    ObjectRef route = new ObjectRef("ModelRoute", "support", "assist");
    Budget.Limit limit =
        new Budget.Limit("daily", Budget.Unit.Usd, budgetUsd, Budget.Window.Day, "UTC");
    Budget budget =
        new Budget(
            new ObjectRef("TenantBudget", "support", "all"),
            new Budget.Subject(null, null, null, null, null),
            null,
            List.of(limit),
            1);
    Profile profile =
        new Profile(
            null,
            List.of(),
            new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
            new Profile.RequestLimits(maxBodyBytes, 64));
    return Policy.load(
        SnapshotCodec.encode(
            new Snapshot(
                Snapshot.SCHEMA_VERSION,
                new Snapshot.Workload("support", "default", "desk"),
                List.of(new Route(route, List.of(), List.of(rule))),
                providers,
                budgetUsd == null ? List.of() : List.of(budget),
                prompts,
                profile,
                List.of(new Snapshot.Source(route, generation)))));
  }

  /** A key for every provider that tests name. */
  static Map<String, String> keys() {
    return Map.of("ai/one", KEY + "-one", "ai/two", KEY + "-two");
  }
}
