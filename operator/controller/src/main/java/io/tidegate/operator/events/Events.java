package io.tidegate.operator.events;

import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Duration;

/** Where people read what happened to an object. Must neither block nor throw. */
@FunctionalInterface
public interface Events {

  /**
   * @param on {@code kubectl describe} shows an Event only to the object whose uid it has
   * @param message what is the case and what to do next, without the reason
   */
  void publish(ObjectReference on, Reason reason, String message);

  /** The Event's reason; an enum constant of the stage that gives it. */
  interface Reason {
    String name();

    Type type();

    /** How long the same is not said again of one object, whatever the message. */
    default Duration silence() {
      return Duration.ZERO;
    }
  }

  /** The two that core/v1 knows. */
  enum Type {
    Normal,
    Warning
  }
}
