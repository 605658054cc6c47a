package io.tidegate.sidecar.route;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.ServingProvider;
import io.tidegate.sidecar.policy.ServingProvider.ServingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the profile says about a call that no route claims. */
final class Unmatched {
  private static final String RULE = "unmatched";
  private static final int MOST_ROUTES_NAMED = 8;

  private Unmatched() {}

  static Selection select(Policy policy, Dialect dialect, Task task, String model) {
    Profile profile = policy.profile();
    if (profile.unmatched().action() == Profile.Unmatched.Action.PassThrough) {
      for (ObjectRef ref : profile.unmatched().providers()) {
        ServingProvider provider = policy.provider(ref);
        if (provider.config().dialect() == dialect) {
          return new Selection.Routed(passThrough(profile, provider, model));
        }
      }
    }
    return new Selection.Refused(denied(policy, dialect, task, model));
  }

  private static Plan passThrough(Profile profile, ServingProvider provider, String model) {
    PlannedTarget target = new PlannedTarget(provider, known(provider, model), false);
    return new Plan(profile.object(), RULE, List.of(target), List.of(), null, null, null, true);
  }

  /** By name, else by the provider's own id; else as it was asked for, without a price. */
  private static ServingModel known(ServingProvider provider, String asked) {
    ServingModel named = provider.model(asked);
    if (named != null) {
      return named;
    }
    for (ServingModel model : provider.models()) {
      if (model.config().id().equals(asked)) {
        return model;
      }
    }
    return new ServingModel(new Provider.Model(asked, asked, null, null, null), null);
  }

  private static Refusal denied(Policy policy, Dialect dialect, Task task, String model) {
    return Refusal.by(
        Reason.NO_ROUTE,
        policy.profile().object(),
        RULE,
        "No ModelRoute claims this call: model '"
            + shorten(model)
            + "' in "
            + dialect
            + "'s dialect"
            + stated(task)
            + ". "
            + routes(policy)
            + (policy.routes().isEmpty() ? " Add" : " Ask for a model of one of them, or add")
            + " a ModelRoute that claims this call."
            + unclaimed(policy.profile(), dialect));
  }

  private static String unclaimed(Profile profile, Dialect dialect) {
    if (profile.object() == null) {
      return " Calls that no route claims are denied; the spec.unmatched of a SidecarProfile could"
          + " let them pass.";
    }
    return " Calls that no route claims are "
        + (profile.unmatched().action() == Profile.Unmatched.Action.PassThrough
            ? "let through by spec.unmatched of "
                + profile.object()
                + ", which names no provider of "
                + dialect
                + "'s dialect."
            : "denied by spec.unmatched of " + profile.object() + ".");
  }

  private static String stated(Task task) {
    List<String> stated = new ArrayList<>();
    for (TaskField field : TaskField.values()) {
      if (task.get(field) != null && field != TaskField.TRACE_ID) {
        stated.add(field.key() + "=" + shorten(task.get(field)));
      }
    }
    return stated.isEmpty() ? "" : ", " + String.join(", ", stated);
  }

  private static String routes(Policy policy) {
    if (policy.routes().isEmpty()) {
      return "No ModelRoute governs this workload.";
    }
    return "Routes of this workload: "
        + policy.routes().stream()
            .limit(MOST_ROUTES_NAMED)
            .map(Unmatched::route)
            .collect(Collectors.joining("; "))
        + (policy.routes().size() > MOST_ROUTES_NAMED ? "; and more." : ".");
  }

  private static String route(Route route) {
    return route.object()
        + (route.models().isEmpty()
            ? " (any model, no rule matches)"
            : " (" + route.models().stream().limit(8).collect(Collectors.joining(", ")) + ")");
  }

  private static String shorten(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
