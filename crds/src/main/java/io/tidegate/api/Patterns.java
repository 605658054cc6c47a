package io.tidegate.api;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Regular expressions of the schema, in the RE2 subset that the API server and Java share. */
final class Patterns {
  /** RFC 1123 subdomain, the form of an object's name. */
  static final String OBJECT_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

  /** {@code NAME} or {@code NAMESPACE/NAME}. */
  static final String OBJECT_REF =
      "^([a-z0-9]([-a-z0-9]*[a-z0-9])?/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

  /** Key of a Secret or ConfigMap. */
  static final String DATA_KEY = "^[-._a-zA-Z0-9]+$";

  /** Key of a label. */
  static final String LABEL_KEY =
      "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

  /** Value of a label; may be empty. */
  static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

  /** Name of an entry in one of our lists. */
  static final String ENTRY_NAME = "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

  /** Name of a model as callers and providers write them. */
  static final String MODEL = "^[A-Za-z0-9]([-A-Za-z0-9_.:/@]*[A-Za-z0-9])?$";

  /** Absolute http(s) URL without user, query and fragment. */
  static final String ENDPOINT = "^https?://[A-Za-z0-9.\\-\\[\\]:]+(/[A-Za-z0-9._~%/\\-]*)?$";

  /** US dollars below one million, six places at most. */
  static final String USD = "^[0-9]{1,6}([.][0-9]{1,6})?$";

  /** Name of a prompt's variable, as it stands between double braces. */
  static final String VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$";

  /** Name of a condition or reason. */
  static final String CONDITION = "^[A-Za-z]([A-Za-z0-9]*)$";

  /** Kubernetes' form of a quantity. */
  static final String QUANTITY = "^[0-9]+([.][0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$";

  /** Reference of a container's image. */
  static final String IMAGE = "^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$";

  /** Temperature below three, four places at most. */
  static final String TEMPERATURE = "^[0-2]([.][0-9]{1,4})?$";

  /** Name of a zone in IANA's form. */
  static final String TIME_ZONE = "^[A-Za-z0-9_+/-]+$";

  private static final Map<String, Pattern> COMPILED =
      Stream.of(
              OBJECT_NAME,
              OBJECT_REF,
              DATA_KEY,
              LABEL_KEY,
              LABEL_VALUE,
              ENTRY_NAME,
              MODEL,
              ENDPOINT,
              USD,
              VARIABLE,
              CONDITION,
              QUANTITY,
              IMAGE,
              TEMPERATURE,
              TIME_ZONE)
          .collect(Collectors.toUnmodifiableMap(Function.identity(), Patterns::compiled));

  private Patterns() {}

  /**
   * Whether an API server finds the expression in the text.
   *
   * @throws IllegalArgumentException if it is none of those above
   */
  static boolean matches(String expression, String text) {
    Pattern pattern = COMPILED.get(expression);
    if (pattern == null) {
      throw new IllegalArgumentException(expression + " belongs among the constants of Patterns");
    }
    return pattern.matcher(text).find();
  }

  /** RE2's {@code $} is the end of the text; Java's lets a line feed follow. */
  private static Pattern compiled(String expression) {
    return Pattern.compile(expression.replaceFirst("[$]$", "\\\\z"));
  }
}
