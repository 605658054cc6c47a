package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import java.util.Comparator;

/**
 * One thing that is wrong, or worth knowing, about an object.
 *
 * @param field path in the object, such as {@code spec.rules[everyday].targets[0].provider}
 * @param message object, field, and the next step
 */
public record Finding(ObjectRef object, Reason reason, String field, String message)
    implements Comparable<Finding> {
  private static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::object)
          .thenComparing(Finding::reason)
          .thenComparing(Finding::field)
          .thenComparing(Finding::message);

  static Finding of(ObjectRef object, Reason reason, String field, String detail) {
    return new Finding(
        object, reason, field, object + ": " + field + " " + detail + ". " + reason.nextStep());
  }

  static Finding lesser(Finding one, Finding other) {
    return ORDER.compare(one, other) <= 0 ? one : other;
  }

  @Override
  public int compareTo(Finding other) {
    return ORDER.compare(this, other);
  }
}
