package io.tidegate.sidecar.config;

import java.util.List;
import java.util.Objects;

/**
 * One immutable prompt version.
 *
 * @param object the PromptVersion
 * @param prompt the prompt's name
 * @param version such as {@code v4}; the event's {@code prompt_version} is {@code prompt@version}
 * @param digest {@code sha256:} and the hash of its canonical spec
 * @param temperature decimal string; null: the caller's
 * @param maxOutputTokens null: no cap from the prompt
 */
public record Prompt(
    ObjectRef object,
    String prompt,
    String version,
    String digest,
    List<Message> messages,
    List<Variable> variables,
    String temperature,
    Integer maxOutputTokens) {
  public Prompt {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(digest, "digest");
    messages = List.copyOf(messages);
    variables = List.copyOf(variables);
  }

  public enum Role {
    system,
    user,
    assistant
  }

  /**
   * @param content text with {@code {{name}}} where a variable's value goes
   */
  public record Message(Role role, String content) {
    public Message {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(content, "content");
    }
  }

  public enum VariableType {
    String,
    Integer,
    Number,
    Boolean
  }

  /**
   * @param defaultValue used where the call says nothing; null: none
   * @param maxLength longest value in characters
   */
  public record Variable(
      String name, VariableType type, boolean required, String defaultValue, int maxLength) {
    public Variable {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
    }
  }
}
