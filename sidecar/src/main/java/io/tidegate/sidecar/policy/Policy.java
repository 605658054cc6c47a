package io.tidegate.sidecar.policy;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.config.SnapshotSize;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot whose references, numbers and templates hold; deciding with it cannot fail on
 * configuration any more.
 */
public final class Policy {
  private final String version;
  private final String canonicalJson;
  private final Snapshot snapshot;
  private final Map<ObjectRef, ServingProvider> providers = new HashMap<>();
  private final Map<ObjectRef, Prompt> prompts = new HashMap<>();
  private final List<BudgetAccount> budgets;

  private Policy(String version, String canonicalJson, Snapshot snapshot) throws SnapshotRefused {
    this.version = version;
    this.canonicalJson = canonicalJson;
    this.snapshot = snapshot;
    for (Provider provider : snapshot.providers()) {
      providers.put(provider.object(), ServingProvider.of(provider));
    }
    for (Prompt prompt : snapshot.prompts()) {
      prompts.put(prompt.object(), prompt);
    }
    this.budgets = BudgetAccount.all(snapshot.budgets());
    PolicyCheck.check(this);
  }

  /**
   * Proves a snapshot and makes it ready to decide with.
   *
   * @throws SnapshotRefused if the text is no snapshot, or one that this engine cannot run; the
   *     message names object and field
   */
  public static Policy load(String canonicalJson) throws SnapshotRefused {
    Snapshot snapshot = SnapshotCodec.decode(canonicalJson);
    SnapshotSize.check(canonicalJson, snapshot);
    return new Policy(SnapshotCodec.version(canonicalJson), canonicalJson, snapshot);
  }

  public String version() {
    return version;
  }

  public String canonicalJson() {
    return canonicalJson;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** In order of precedence. */
  public List<Route> routes() {
    return snapshot.routes();
  }

  public Profile profile() {
    return snapshot.profile();
  }

  /** In a fixed order, so that two calls reserve in the same order. */
  public List<BudgetAccount> budgets() {
    return budgets;
  }

  /** Null if the snapshot has none of this name. */
  public ServingProvider provider(ObjectRef ref) {
    return providers.get(ref);
  }

  /** Null if the snapshot has none of this name. */
  public Prompt prompt(ObjectRef ref) {
    return prompts.get(ref);
  }

  /** Exact limits of one budget. */
  public record BudgetAccount(Budget budget, List<BudgetLimit> limits) {
    static List<BudgetAccount> all(List<Budget> budgets) throws SnapshotRefused {
      List<BudgetAccount> all = new java.util.ArrayList<>();
      for (Budget budget : budgets) {
        List<BudgetLimit> limits = new java.util.ArrayList<>();
        for (Budget.Limit limit : budget.limits()) {
          limits.add(BudgetLimit.of(budget.object(), limit));
        }
        all.add(new BudgetAccount(budget, List.copyOf(limits)));
      }
      return List.copyOf(all);
    }
  }
}
