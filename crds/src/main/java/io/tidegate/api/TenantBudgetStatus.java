package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * @param scope who counts together
 * @param maxOverspendUsd how far past its usd limit the present window can end with the sidecars
 *     that are known now, because each counts for itself; decimal
 * @param remaining {@code day: 0.94 USD}, of the window that has the least left of its limit; null
 *     with {@code per}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TenantBudgetStatus(
    @Min(0) @JsonPropertyDescription("The generation that this status speaks of.")
        Long observedGeneration,
    @Size(max = 16)
        @JsonPropertyDescription("Accepted, ResolvedRefs, Programmed, Ready and Stalled.")
        List<Condition> conditions,
    @Size(max = 32)
        @JsonPropertyDescription("Sidecars that run this object as it is, of those it governs.")
        String programmed,
    @Min(0) @JsonPropertyDescription("Running sidecars that run this object as it is.")
        Integer programmedSidecars,
    @Min(0) @JsonPropertyDescription("Running sidecars that this object governs.")
        Integer totalSidecars,
    @JsonPropertyDescription("PerSidecar: each sidecar counts for itself against the whole limit.")
        Scope scope,
    @Size(max = 32)
        @JsonPropertyDescription(
            "How far past its usd limit the present window can end: every sidecar"
                + " that is there may spend the whole limit, and what replaced ones spent"
                + " is spent. A pod that comes later adds to it.")
        String maxOverspendUsd,
    @Size(max = 128)
        @JsonPropertyDescription(
            "Of the limit that has the least left of its whole: its name, the"
                + " amount and what it counts. Absent with per: each account has its own.")
        String remaining,
    @Size(max = 16)
        @JsonPropertyDescription(
            "What each limit's present window holds, summed over sidecars and over"
                + " the accounts of per.")
        List<Window> windows)
    implements GovernedStatus {
  public TenantBudgetStatus {
    conditions = Defaults.list(conditions);
    windows = Defaults.list(windows);
  }

  /** Who counts together. */
  public enum Scope {
    /** Each sidecar counts for itself against the whole limit. */
    PerSidecar
  }

  /**
   * What one limit's current window holds, summed over the sidecars and over the accounts of {@code
   * per}.
   *
   * @param name the limit's name
   * @param spentUsd settled; set for a usd limit only, like the other two
   * @param spent settled; set for every other limit, like the other two
   * @param resetsAt RFC 3339; null for concurrency
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Window(
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("The limit's name.") String name,
      @Size(max = 32) @JsonPropertyDescription("Settled; for a usd limit.") String spentUsd,
      @Size(max = 32)
          @JsonPropertyDescription("Held for calls that are on their way; for a usd limit.")
          String reservedUsd,
      @Size(max = 32) @JsonPropertyDescription("What is left of the limit; for a usd limit.")
          String remainingUsd,
      @JsonPropertyDescription("Settled; for any other limit.") Long spent,
      @JsonPropertyDescription("Held for calls that are on their way; for any other limit.")
          Long reserved,
      @JsonPropertyDescription("What is left of the limit; for any other limit.") Long remaining,
      @Size(max = 40)
          @JsonPropertyDescription("When the window ends, RFC 3339. Absent for concurrentRequests.")
          String resetsAt) {}
}
