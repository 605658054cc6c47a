package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.ObjectReference;

/** Where people read what injection did. Must neither block nor throw. */
@FunctionalInterface
public interface InjectionEvents {

  void publish(ObjectReference on, Kind kind, String message);

  /** The Event's reason. */
  enum Kind {
    Injected("Normal"),
    InjectionSkipped("Warning"),
    InjectionRefused("Warning"),
    InjectionFailed("Warning"),
    Bypassed("Warning");

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    /** The Event's type. */
    public String type() {
      return type;
    }
  }
}
