package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/**
 * @param workloads null: every injected pod of this namespace
 * @param models empty: any
 * @param limits null: none
 * @param prompt null: none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ModelRouteSpec(
    @Default("0")
        @Min(-1000)
        @Max(1000)
        @JsonPropertyDescription("The higher wins where two routes claim the same call.")
        Integer priority,
    @JsonPropertyDescription("Absent: every injected pod of this namespace.") Workloads workloads,
    @Size(max = 64)
        @JsonPropertyDescription("Model names a caller may ask for to get here. Absent: any.")
        List<@Size(min = 1, max = 256) String> models,
    @Required @Size(min = 1, max = 32) @JsonPropertyDescription("The first that matches decides.")
        List<Rule> rules,
    @JsonPropertyDescription("For every rule; the stricter of the route's and the rule's holds.")
        Limits limits,
    @JsonPropertyDescription("For every rule that has none of its own.") PromptUse prompt) {

  public ModelRouteSpec {
    priority = Defaults.value(priority, 0);
    models = Defaults.list(models);
    rules = Defaults.list(rules);
  }

  /**
   * @param namespaceSelector null outside the operator's namespace
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Workloads(
      @JsonPropertyDescription(
              "Labels of namespaces. Only in the operator's namespace; absent: all"
                  + " namespaces.")
          Selector namespaceSelector,
      @JsonPropertyDescription("Labels of pods. Absent: all.") Selector podSelector) {}

  /**
   * @param match null: every call
   * @param fallback null: none
   * @param retry null: none
   */
  @ValidationRule(
      value =
          "(has(self.select) && self.select == 'Ordered')"
              + " || self.targets.size() == 0"
              + " || self.targets.exists(t, !has(t.weight) || t.weight > 0)",
      fieldPath = ".targets",
      message = "all weights are zero: give at least one target a weight above 0")
  @ValidationRule(
      value =
          "!(has(self.select) && self.select == 'Ordered') || self.targets.size() < 2"
              + " || has(self.fallback)",
      fieldPath = ".fallback",
      message =
          "select Ordered goes to the next target where fallback.when names the failure: give"
              + " fallback.when")
  @ValidationRule(
      value =
          "(has(self.select) && self.select == 'Ordered') || !has(self.fallback)"
              + " || (has(self.fallback.targets) && self.fallback.targets.size() > 0)",
      fieldPath = ".fallback.targets",
      message =
          "select Weighted tries one target only: give fallback.targets, or use select Ordered")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Rule(
      @Required
          @Size(min = 1, max = 63)
          @Pattern(Patterns.ENTRY_NAME)
          @JsonPropertyDescription("The event's route_rule.")
          String name,
      @JsonPropertyDescription("Absent: every call.") Match match,
      @Required
          @Size(min = 1, max = 16)
          @JsonPropertyDescription("Where the call may go; select says which of them.")
          List<Target> targets,
      @Default("Weighted")
          @JsonPropertyDescription("Weighted: one target by weight. Ordered: the targets in order.")
          Select select,
      @JsonPropertyDescription(
              "Which failures lead to another target, and to which. Absent: the first"
                  + " target's answer counts.")
          Fallback fallback,
      @JsonPropertyDescription("Further tries on the same target before another one. Absent: none.")
          Retry retry,
      @JsonPropertyDescription("For this rule; the stricter of the route's and the rule's holds.")
          Limits limits,
      @JsonPropertyDescription("For this rule, in place of the route's.") PromptUse prompt) {
    public Rule {
      targets = Defaults.list(targets);
      select = Defaults.value(select, Select.Weighted);
    }
  }

  /** Each list that is there must contain the call's value, letter by letter. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Match(
      @Size(max = 64) @JsonPropertyDescription("Values of tenant_id.")
          List<@Size(min = 1, max = 256) String> tenants,
      @Size(max = 64) @JsonPropertyDescription("Values of user_id.")
          List<@Size(min = 1, max = 256) String> users,
      @Size(max = 64) @JsonPropertyDescription("Values of workflow.")
          List<@Size(min = 1, max = 256) String> workflows,
      @Size(max = 64)
          @JsonPropertyDescription(
              "Values of sensitivity, letter by letter; a call that states another"
                  + " value, or none, goes on to the next rule.")
          List<@Size(min = 1, max = 256) String> sensitivity,
      @Size(max = 64) @JsonPropertyDescription("Values of latency_class.")
          List<@Size(min = 1, max = 256) String> latencyClass,
      @Size(max = 64) @JsonPropertyDescription("Values of budget_class.")
          List<@Size(min = 1, max = 256) String> budgetClass,
      @Size(max = 64) @JsonPropertyDescription("The model that the caller asked for.")
          List<@Size(min = 1, max = 256) String> models) {
    public Match {
      tenants = Defaults.list(tenants);
      users = Defaults.list(users);
      workflows = Defaults.list(workflows);
      sensitivity = Defaults.list(sensitivity);
      latencyClass = Defaults.list(latencyClass);
      budgetClass = Defaults.list(budgetClass);
      models = Defaults.list(models);
    }
  }

  /** One model of one provider. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Target(
      @Required
          @Size(min = 1, max = 317)
          @Pattern(Patterns.OBJECT_REF)
          @JsonPropertyDescription(
              "NAME: looked up in this namespace, then in the operator's. Or NAMESPACE/NAME.")
          String provider,
      @Required
          @Size(min = 1, max = 128)
          @Pattern(Patterns.MODEL)
          @JsonPropertyDescription("The provider's name of the model, spec.models[].name.")
          String model,
      @Default("1") @Min(0) @Max(1_000_000) @JsonPropertyDescription("Share under select Weighted.")
          Integer weight) {
    public Target {
      weight = Defaults.value(weight, 1);
    }
  }

  /** How targets are chosen. */
  public enum Select {
    Weighted,
    Ordered
  }

  /** Failures that lead to the next target. */
  public enum FailureKind {
    RateLimited,
    ServerError,
    Timeout,
    Unreachable
  }

  /**
   * What happens when the targets failed.
   *
   * @param when not {@code on}: kubectl reads YAML 1.1, where an unquoted key {@code on} is true
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Fallback(
      @Required
          @Size(min = 1, max = 4)
          @JsonPropertyDescription(
              "Failures that lead to the next target: RateLimited (429), ServerError"
                  + " (5xx), Timeout, Unreachable.")
          List<FailureKind> when,
      @Size(max = 16)
          @JsonPropertyDescription(
              "Tried in order, after those of the rule. Absent under select Ordered:"
                  + " only the rule's.")
          List<Target> targets) {
    public Fallback {
      when = Defaults.list(when);
      targets = Defaults.list(targets);
    }
  }

  /** Further tries on the same target. */
  @ValidationRule(
      value =
          "(has(self.backoffMillis) ? self.backoffMillis : 200)"
              + " <= (has(self.maxBackoffMillis) ? self.maxBackoffMillis : 2000)",
      fieldPath = ".maxBackoffMillis",
      message = "maxBackoffMillis is below backoffMillis: raise it")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Retry(
      @Default("1")
          @Min(0)
          @Max(10)
          @JsonPropertyDescription("Further tries after the first failed.")
          Integer attempts,
      @Default("200")
          @Min(0)
          @Max(60_000)
          @JsonPropertyDescription("Before the first further try; doubles, with full jitter.")
          Integer backoffMillis,
      @Default("2000")
          @Min(0)
          @Max(300_000)
          @JsonPropertyDescription("A Retry-After beyond it ends the retries on this target.")
          Integer maxBackoffMillis) {
    public Retry {
      attempts = Defaults.value(attempts, 1);
      backoffMillis = Defaults.value(backoffMillis, 200);
      maxBackoffMillis = Defaults.value(maxBackoffMillis, 2000);
    }
  }

  /** Null fields set no limit. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Limits(
      @Min(1) @Max(100_000_000) @JsonPropertyDescription("A longer input is refused.")
          Integer maxInputTokens,
      @Min(1)
          @Max(100_000_000)
          @JsonPropertyDescription("Written into the request before it leaves.")
          Integer maxOutputTokens) {}

  /** A prompt version that is attached to the call. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record PromptUse(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(Patterns.OBJECT_NAME)
          @JsonPropertyDescription(
              "Name of a PromptVersion in this namespace, else in the operator's.")
          String promptVersion,
      @Size(max = 64) @JsonPropertyDescription("Values that a call cannot change.")
          Map<String, @Size(max = 8192) String> variables) {
    public PromptUse {
      variables = Defaults.map(variables);
    }
  }
}
