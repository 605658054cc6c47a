package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** Kubernetes' LabelSelector with bounds. An empty one selects everything. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Selector(
    @Size(max = 16) @JsonPropertyDescription("Each label must be there with this value.")
        Map<String, @Size(max = 63) @Pattern(Patterns.LABEL_VALUE) String> matchLabels,
    @Size(max = 16) @JsonPropertyDescription("Each requirement must hold.")
        List<Requirement> matchExpressions) {
  public Selector {
    matchLabels = Defaults.map(matchLabels);
    matchExpressions = Defaults.list(matchExpressions);
  }

  /** One requirement; all must hold. */
  @ValidationRule(
      value =
          "self.operator in ['In', 'NotIn'] ? (has(self.values) && self.values.size() > 0)"
              + " : (!has(self.values) || self.values.size() == 0)",
      fieldPath = ".values",
      message = "values is needed by In and NotIn, and has no meaning for Exists and DoesNotExist")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Requirement(
      @Required
          @Size(min = 1, max = 317)
          @Pattern(Patterns.LABEL_KEY)
          @JsonPropertyDescription("Key of the label.")
          String key,
      @Required
          @JsonPropertyDescription(
              "In, NotIn: its value is, or is not, among values. Exists,"
                  + " DoesNotExist: it is there, or not.")
          Operator operator,
      @Size(max = 32) @JsonPropertyDescription("For In and NotIn.")
          List<@Size(max = 63) @Pattern(Patterns.LABEL_VALUE) String> values) {
    public Requirement {
      values = Defaults.list(values);
    }

    boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case In -> value != null && values.contains(value);
        case NotIn -> value == null || !values.contains(value);
        case Exists -> value != null;
        case DoesNotExist -> value == null;
      };
    }
  }

  /** As in Kubernetes. */
  public enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  /** Whether labels satisfy every requirement. */
  public boolean matches(Map<String, String> labels) {
    return matchLabels.entrySet().stream()
            .allMatch(e -> e.getValue().equals(labels.get(e.getKey())))
        && matchExpressions.stream().allMatch(r -> r.matches(labels));
  }
}
