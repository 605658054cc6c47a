package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The environment of the container tidegate: all that the operator writes there, and nothing else.
 */
public enum SidecarVariable {
  TIDEGATE_NAMESPACE(Kind.Field, "metadata.namespace"),
  TIDEGATE_POD(Kind.Field, "metadata.name"),
  /** Whether it is our address is for who knows the address to say. */
  TIDEGATE_OPERATOR_URL(Kind.Pattern, "(?s).*"),
  /** Whether these are our CAs, likewise. */
  TIDEGATE_CA_PEM(Kind.Pattern, "(?s).*"),
  TIDEGATE_CA_FILE(Kind.Fixed, InjectionNames.CA_DIR + "/" + InjectionNames.CA_KEY),
  TIDEGATE_TOKEN_FILE(Kind.Fixed, InjectionNames.TOKEN_DIR + "/token"),
  TIDEGATE_STATE_DIR(Kind.Fixed, InjectionNames.STATE_DIR),
  TIDEGATE_CREDENTIALS_DIR(Kind.Fixed, InjectionNames.CREDENTIALS_DIR),
  TIDEGATE_LISTEN(Kind.Pattern, "127\\.0\\.0\\.1:\\d+"),
  TIDEGATE_ADMIN_LISTEN(Kind.Pattern, "0\\.0\\.0\\.0:\\d+"),
  TIDEGATE_DRAIN_SECONDS(Kind.Pattern, "\\d+");

  private enum Kind {
    /** A field of the pod. */
    Field,
    /** The same in every pod. */
    Fixed,
    /** A literal value that matches. */
    Pattern
  }

  private final Kind kind;
  private final String text;

  SidecarVariable(Kind kind, String text) {
    this.kind = kind;
    this.text = text;
  }

  /** For those that are the same in every pod, or a field of it. */
  EnvVar variable() {
    return switch (kind) {
      case Fixed -> new EnvVar(name(), text, null);
      case Field ->
          new EnvVarBuilder()
              .withName(name())
              .withNewValueFrom()
              .withNewFieldRef("v1", text)
              .endValueFrom()
              .build();
      case Pattern -> throw new IllegalStateException(name() + " needs a value");
    };
  }

  EnvVar of(String value) {
    return new EnvVar(name(), value, null);
  }

  /** Whether the operator may have written this variable. */
  public static boolean wrote(EnvVar variable) {
    return named(variable.getName()).filter(known -> known.fits(variable)).isPresent();
  }

  private static Optional<SidecarVariable> named(String name) {
    return Arrays.stream(values()).filter(known -> known.name().equals(name)).findFirst();
  }

  /** The API server keeps an empty value as none. */
  private boolean fits(EnvVar found) {
    String value = found.getValue() == null ? "" : found.getValue();
    return kind == Kind.Pattern
        ? found.getValueFrom() == null && value.matches(text)
        : found.equals(variable());
  }
}
