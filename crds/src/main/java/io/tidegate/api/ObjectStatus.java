package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Status of a kind that has nothing of its own to report. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ObjectStatus(
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
        Integer totalSidecars)
    implements GovernedStatus {
  public ObjectStatus {
    conditions = Defaults.list(conditions);
  }
}
