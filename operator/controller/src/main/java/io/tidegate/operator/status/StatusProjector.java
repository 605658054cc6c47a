package io.tidegate.operator.status;

import io.fabric8.kubernetes.client.CustomResource;
import io.tidegate.api.Condition;
import io.tidegate.api.GovernedStatus;
import io.tidegate.api.ObjectStatus;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.PromptVersionStatus;
import io.tidegate.api.TenantBudget;
import io.tidegate.api.TenantBudgetStatus;
import io.tidegate.operator.compile.Finding;
import io.tidegate.operator.compile.PromptDigest;
import io.tidegate.operator.compile.Reason;
import io.tidegate.sidecar.config.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What every object's status should say. Pure: equal inputs give equal statuses. */
public final class StatusProjector {
  private StatusProjector() {}

  /** One for each object of the view. */
  public static List<DesiredStatus> project(StatusInput input) {
    return new Run(input).all();
  }

  private static final class Run {
    private final StatusInput input;
    private final SidecarProgress progress;
    private final BudgetWindows windows;
    private final Map<ObjectRef, List<Finding>> findings = new HashMap<>();

    Run(StatusInput input) {
      this.input = input;
      this.progress = new SidecarProgress(input);
      this.windows = new BudgetWindows(input.spends(), input.now());
      input
          .compilation()
          .findings()
          .forEach(
              finding ->
                  findings
                      .computeIfAbsent(finding.object(), any -> new ArrayList<>())
                      .add(finding));
    }

    List<DesiredStatus> all() {
      List<DesiredStatus> all = new ArrayList<>();
      for (Collection<? extends CustomResource<?, ?>> kind :
          List.of(
              input.view().providers(),
              input.view().routes(),
              input.view().budgets(),
              input.view().prompts(),
              input.view().profiles())) {
        kind.forEach(object -> all.add(new DesiredStatus(object, status(object))));
      }
      return all;
    }

    private GovernedStatus status(CustomResource<?, ?> object) {
      ObjectRef ref =
          new ObjectRef(
              object.getKind(),
              object.getMetadata().getNamespace(),
              object.getMetadata().getName());
      Long known = object.getMetadata().getGeneration();
      long generation = known == null ? 0 : known;
      List<Condition> before =
          object.getStatus() instanceof GovernedStatus status ? status.conditions() : List.of();
      List<Finding> found = findings.getOrDefault(ref, List.of());
      Progress sidecars = progress.of(ref);
      List<Condition> conditions =
          new Conditions(ref, generation, before, input.now()).of(found, sidecars);
      boolean heldBack =
          found.stream().anyMatch(each -> each.reason().effect() == Reason.Effect.HOLDS_BACK);
      int running = heldBack ? 0 : sidecars.running();
      String programmed = running + "/" + sidecars.total();
      return switch (object) {
        case TenantBudget budget ->
            new TenantBudgetStatus(
                generation,
                conditions,
                programmed,
                running,
                sidecars.total(),
                TenantBudgetStatus.Scope.PerSidecar,
                heldBack
                    ? null
                    : windows.maxOverspendUsd(ref, budget.getSpec(), progress.serving(ref)),
                heldBack ? null : windows.remaining(ref, budget.getSpec()),
                heldBack ? List.of() : windows.of(ref, budget.getSpec()));
        case PromptVersion prompt ->
            new PromptVersionStatus(
                generation,
                conditions,
                programmed,
                running,
                sidecars.total(),
                prompt.getSpec() == null ? null : PromptDigest.of(prompt.getSpec()));
        default -> new ObjectStatus(generation, conditions, programmed, running, sidecars.total());
      };
    }
  }
}
