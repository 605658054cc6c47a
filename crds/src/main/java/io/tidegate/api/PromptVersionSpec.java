package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What never changes once it was applied. */
@ValidationRule(
    value = "self == oldSelf",
    message =
        "a PromptVersion never changes: create a new one with the next version and point the route"
            + " at it")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PromptVersionSpec(
    @Required
        @Size(min = 1, max = 128)
        @Pattern(Patterns.ENTRY_NAME)
        @JsonPropertyDescription("The prompt's name, the same in all its versions.")
        String prompt,
    @Required
        @Size(min = 1, max = 63)
        @Pattern(Patterns.ENTRY_NAME)
        @JsonPropertyDescription("Such as v4; the event's prompt_version is prompt@version.")
        String version,
    @Required
        @Size(min = 1, max = 32)
        @JsonPropertyDescription("Put before the caller's own messages, in this order.")
        List<Message> messages,
    @Size(max = 64) @JsonPropertyDescription("What the messages use between double braces.")
        List<Variable> variables,
    @JsonPropertyDescription("Written into the request. Absent: the caller's own.")
        Parameters parameters) {

  public PromptVersionSpec {
    messages = Defaults.list(messages);
    variables = Defaults.list(variables);
    parameters = Defaults.value(parameters, new Parameters(null, null));
  }

  /** Who speaks. */
  public enum Role {
    system,
    user,
    assistant
  }

  /** One message; {@code {{name}}} stands for a variable's value. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Message(
      @Required @JsonPropertyDescription("Who speaks: system, user or assistant.") Role role,
      @Required
          @Size(min = 1, max = 32_768)
          @JsonPropertyDescription("Text with {{name}} where a variable's value goes.")
          String content) {}

  /** What a value must be. */
  public enum VariableType {
    String,
    Integer,
    Number,
    Boolean
  }

  /**
   * @param defaultValue null: none
   */
  @ValidationRule(
      value = "!(has(self.required) && self.required && has(self.default))",
      fieldPath = ".default",
      message = "a required variable has no use for a default: remove one of the two")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Variable(
      @Required
          @Size(min = 1, max = 63)
          @Pattern(Patterns.VARIABLE)
          @JsonPropertyDescription("As it stands between the braces.")
          String name,
      @Default("String")
          @JsonPropertyDescription("What a value must be; one that is not is refused.")
          VariableType type,
      @Default("false") @JsonPropertyDescription("A call without a value is refused.")
          Boolean required,
      @JsonProperty("default")
          @Size(max = 8192)
          @JsonPropertyDescription("Used where neither the route nor the call gives a value.")
          String defaultValue,
      @Default("10000")
          @Min(1)
          @Max(1_000_000)
          @JsonPropertyDescription("Longest value, in characters.")
          Integer maxLength) {
    public Variable {
      type = Defaults.value(type, VariableType.String);
      required = Defaults.value(required, false);
      maxLength = Defaults.value(maxLength, 10_000);
    }
  }

  /** Written into the request. Null: the caller's own. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Parameters(
      @Size(min = 1, max = 8)
          @Pattern(Patterns.TEMPERATURE)
          @JsonPropertyDescription("Decimal in a string.")
          String temperature,
      @Min(1)
          @Max(100_000_000)
          @JsonPropertyDescription(
              "The longest answer; the stricter of this and the route's limits holds.")
          Integer maxOutputTokens) {}
}
