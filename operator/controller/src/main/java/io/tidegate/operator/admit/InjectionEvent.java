package io.tidegate.operator.admit;

import io.tidegate.operator.events.Events;

/** What injection tells people, of the pod's controller or of a pod without one. */
public enum InjectionEvent implements Events.Reason {
  Injected(Events.Type.Normal),
  InjectionSkipped(Events.Type.Warning),
  InjectionRefused(Events.Type.Warning),
  Bypassed(Events.Type.Warning),

  /** It should have a sidecar, and has none. */
  NotInjected(Events.Type.Warning);

  private final Events.Type type;

  InjectionEvent(Events.Type type) {
    this.type = type;
  }

  @Override
  public Events.Type type() {
    return type;
  }
}
