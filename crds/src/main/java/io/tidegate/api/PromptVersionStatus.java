package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * @param digest {@code sha256:} and the hash of the canonical spec
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PromptVersionStatus(
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
    @Size(max = 80) @JsonPropertyDescription("sha256 of the canonical spec, as in every event.")
        String digest)
    implements GovernedStatus {
  public PromptVersionStatus {
    conditions = Defaults.list(conditions);
  }
}
