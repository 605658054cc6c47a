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

/**
 * @param per null: one account for all
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TenantBudgetSpec(
    @JsonPropertyDescription("Which calls count. Absent: every call that this object governs.")
        Subject subject,
    @JsonPropertyDescription("The same limits for each value of this field apart.") Per per,
    @Required
        @Size(min = 1, max = 16)
        @JsonPropertyDescription("Each holds by itself; a call must fit into all of them.")
        List<Limit> limits,
    @Default("Strict")
        @JsonPropertyDescription("Strict reserves an upper bound before each attempt leaves.")
        Accuracy accuracy,
    @Default("16")
        @Min(1)
        @Max(100_000)
        @JsonPropertyDescription("Money for a shorter answer than this refuses the call.")
        Integer minOutputTokens) {

  public TenantBudgetSpec {
    subject = Defaults.value(subject, new Subject(null, null, null, null, null, null, null));
    limits = Defaults.list(limits);
    accuracy = Defaults.value(accuracy, Accuracy.Strict);
    minOutputTokens = Defaults.value(minOutputTokens, 16);
  }

  /** Null parts match every call. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Subject(
      @Size(min = 1, max = 256) @JsonPropertyDescription("Value of tenant_id.") String tenant,
      @Size(min = 1, max = 256) @JsonPropertyDescription("Value of user_id.") String user,
      @Size(min = 1, max = 256) @JsonPropertyDescription("Value of workflow.") String workflow,
      @Size(min = 1, max = 256) @JsonPropertyDescription("Value of budget_class.")
          String budgetClass,
      @Size(min = 1, max = 63)
          @Pattern(Patterns.OBJECT_NAME)
          @JsonPropertyDescription(
              "Another namespace than its own only in the operator's namespace.")
          String namespace,
      @Size(min = 1, max = 253)
          @Pattern(Patterns.OBJECT_NAME)
          @JsonPropertyDescription("Name of the Deployment, StatefulSet, Job or bare pod.")
          String workload,
      @Size(min = 1, max = 128)
          @Pattern(Patterns.MODEL)
          @JsonPropertyDescription("A provider's name of a model, spec.models[].name.")
          String model) {}

  /** What accounts are kept apart by. */
  public enum Per {
    Tenant,
    User,
    Workflow,
    BudgetClass
  }

  /** How exactly a limit holds. */
  public enum Accuracy {
    /** Reserves a proven upper bound, and refuses content that has none. */
    Strict
  }

  /** Calendar windows: each begins at the full minute, hour or day of its zone. */
  public enum Window {
    Minute,
    Hour,
    Day
  }

  /**
   * @param window null for concurrentRequests
   * @param timeZone null: UTC
   */
  @ValidationRule(
      value =
          "[has(self.usd), has(self.tokens), has(self.requests), has(self.concurrentRequests)]"
              + ".filter(given, given).size() == 1",
      message = "give exactly one of usd, tokens, requests and concurrentRequests")
  @ValidationRule(
      value = "has(self.concurrentRequests) != has(self.window)",
      fieldPath = ".window",
      message =
          "window is needed by usd, tokens and requests, and has no meaning for concurrentRequests")
  @ValidationRule(
      value = "!has(self.timeZone) || has(self.window)",
      fieldPath = ".timeZone",
      message = "timeZone needs a window: remove it for concurrentRequests")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Limit(
      @Required
          @Size(min = 1, max = 63)
          @Pattern(Patterns.ENTRY_NAME)
          @JsonPropertyDescription("As in refusals, events and status.windows.")
          String name,
      @Size(min = 1, max = 13)
          @Pattern(Patterns.USD)
          @JsonPropertyDescription("US dollars as a decimal in a string.")
          String usd,
      @Min(0) @Max(1_000_000_000_000_000d) @JsonPropertyDescription("Tokens of input and output.")
          Long tokens,
      @Min(0)
          @Max(1_000_000_000_000_000d)
          @JsonPropertyDescription(
              "Attempts that were sent; each retry and fallback counts as one.")
          Long requests,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription("Attempts that are on their way at the same time.")
          Long concurrentRequests,
      @JsonPropertyDescription(
              "A calendar window: it begins at the full minute, hour or day of timeZone.")
          Window window,
      @Size(min = 1, max = 64)
          @Pattern(Patterns.TIME_ZONE)
          @JsonPropertyDescription("IANA zone in which the window begins. Absent: UTC.")
          String timeZone) {}
}
