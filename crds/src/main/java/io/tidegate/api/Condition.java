package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * One condition, in the shape of {@code metav1.Condition}.
 *
 * @param type Accepted, ResolvedRefs, Programmed, Ready or Stalled
 * @param status True, False or Unknown
 * @param observedGeneration the generation that this condition speaks of
 * @param lastTransitionTime RFC 3339; moves only when the status changes
 * @param reason a constant of the operator
 * @param message names the object, the field and the next step
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Condition(
    @Required
        @Size(min = 1, max = 64)
        @Pattern(Patterns.CONDITION)
        @JsonPropertyDescription("Accepted, ResolvedRefs, Programmed, Ready or Stalled.")
        String type,
    @Required @JsonPropertyDescription("True, False or Unknown.") Status status,
    @Min(0) @JsonPropertyDescription("The generation that this condition speaks of.")
        Long observedGeneration,
    @Required @Size(max = 40) @JsonPropertyDescription("When the status last changed, RFC 3339.")
        String lastTransitionTime,
    @Required
        @Size(min = 1, max = 128)
        @Pattern(Patterns.CONDITION)
        @JsonPropertyDescription("Why, in one word that stays the same between releases.")
        String reason,
    @Required
        @Size(max = 4096)
        @JsonPropertyDescription("Names the object, the field and the next step.")
        String message) {

  /** Whether the condition holds. */
  public enum Status {
    True,
    False,
    Unknown
  }
}
