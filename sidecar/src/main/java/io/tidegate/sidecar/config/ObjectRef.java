package io.tidegate.sidecar.config;

import java.util.Comparator;
import java.util.Objects;

/**
 * Names one custom resource in messages, events and configuration.
 *
 * @param kind the resource's kind, such as {@code ModelRoute}
 * @param namespace its namespace
 * @param name its name
 */
public record ObjectRef(String kind, String namespace, String name)
    implements Comparable<ObjectRef> {
  private static final Comparator<ObjectRef> ORDER =
      Comparator.comparing(ObjectRef::kind)
          .thenComparing(ObjectRef::namespace)
          .thenComparing(ObjectRef::name);

  public ObjectRef {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
  }

  @Override
  public int compareTo(ObjectRef other) {
    return ORDER.compare(this, other);
  }

  /** The rest of a message that begins with this object, for one that named it already. */
  public String after(String message) {
    String named = this + ": ";
    return message.startsWith(named) ? message.substring(named.length()) : message;
  }

  /** {@code ModelRoute support/everyday}, the form every message uses. */
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
