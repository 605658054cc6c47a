package io.tidegate.sidecar.config;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which call goes to which model.
 *
 * @param object the ModelRoute
 * @param models model names a caller may ask for to get here; empty claims every name, in the
 *     dialect of its targets alone
 * @param rules first match wins; what the route says for all rules is already merged into each
 * @param heldBack null in a route that serves. Else the route has no rules, and every call that it
 *     claims is refused with this sentence: a broken route must not let its calls fall through to a
 *     more permissive one
 */
public record Route(ObjectRef object, List<String> models, List<Rule> rules, String heldBack) {
  public Route {
    Objects.requireNonNull(object, "object");
    models = List.copyOf(models);
    rules = List.copyOf(rules);
  }

  /** A route that serves. */
  public Route(ObjectRef object, List<String> models, List<Rule> rules) {
    this(object, models, rules, null);
  }

  /**
   * @param name unique in the route; the event's {@code route_rule}
   * @param fallback null: no targets behind {@code targets}
   * @param retry null: none
   * @param limits null: none
   * @param prompt null: none
   */
  public record Rule(
      String name,
      Match match,
      List<Target> targets,
      Select select,
      Fallback fallback,
      Retry retry,
      Limits limits,
      PromptUse prompt) {
    public Rule {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(match, "match");
      Objects.requireNonNull(select, "select");
      targets = List.copyOf(targets);
    }
  }

  /** Every non-empty list must contain the call's value; all empty matches every call. */
  public record Match(
      List<String> tenants,
      List<String> users,
      List<String> workflows,
      List<String> sensitivities,
      List<String> latencyClasses,
      List<String> budgetClasses,
      List<String> models) {
    public static final Match ANY =
        new Match(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Match {
      tenants = List.copyOf(tenants);
      users = List.copyOf(users);
      workflows = List.copyOf(workflows);
      sensitivities = List.copyOf(sensitivities);
      latencyClasses = List.copyOf(latencyClasses);
      budgetClasses = List.copyOf(budgetClasses);
      models = List.copyOf(models);
    }
  }

  /**
   * @param model the provider's name of the model, {@link Provider.Model#name}
   * @param weight share under {@link Select#Weighted}, 0 to 1,000,000; ignored under {@link
   *     Select#Ordered}
   */
  public record Target(ObjectRef provider, String model, int weight) {
    public Target {
      Objects.requireNonNull(provider, "provider");
      Objects.requireNonNull(model, "model");
    }
  }

  public enum Select {
    /** One target by weight; the others are not tried unless they are also fallback targets. */
    Weighted,
    /**
     * The targets in order; the next is tried where the fallback's {@code when} names the failure.
     * Without a fallback, after any failure; the operator sends no such rule with two targets.
     */
    Ordered
  }

  /** Failures that lead to the next target. */
  public enum FailureKind {
    /** 429, or Anthropic's 529. */
    RateLimited,
    /** 5xx but 529. */
    ServerError,
    /** First token or total time-out before a byte reached the client. */
    Timeout,
    /** No connection, or one that broke before a byte reached the client. */
    Unreachable
  }

  public record Fallback(List<FailureKind> when, List<Target> targets) {
    public Fallback {
      when = List.copyOf(when);
      targets = List.copyOf(targets);
    }
  }

  /**
   * @param attempts further tries on the same target after the first failed
   * @param backoffMillis before the first further try; doubles each time, with full jitter
   * @param maxBackoffMillis bound of the backoff; a Retry-After beyond it ends the retries on this
   *     target
   */
  public record Retry(int attempts, long backoffMillis, long maxBackoffMillis) {}

  /** Null fields set no limit. */
  public record Limits(Integer maxInputTokens, Integer maxOutputTokens) {}

  /**
   * @param variables values the platform fixes; a call cannot change them
   */
  public record PromptUse(ObjectRef promptVersion, Map<String, String> variables) {
    public PromptUse {
      Objects.requireNonNull(promptVersion, "promptVersion");
      variables = Map.copyOf(variables);
    }
  }
}
