package io.tidegate.operator.serve;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.tidegate.operator.events.Events;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Tells people that a sidecar will not run what it was sent: on the object that it blames, or on
 * its pod. A thousand sidecars that refuse one object leave one Event a minute.
 */
public final class RefusalEvents {
  /** Leaves room for the rest in an Event's 1,024 characters. */
  private static final int LONGEST_REASON = 600;

  private final BiFunction<InjectedPod, ObjectRef, Optional<ObjectReference>> blamable;
  private final Events events;

  enum Reason implements Events.Reason {
    /** The sidecar goes on under what it has. */
    ConfigurationRefused;

    @Override
    public Events.Type type() {
      return Events.Type.Warning;
    }

    @Override
    public Duration silence() {
      return Duration.ofMinutes(1);
    }
  }

  /**
   * @param blamable the object if the pod's word on it counts, which is the case of what its
   *     configuration was made of
   */
  public RefusalEvents(
      BiFunction<InjectedPod, ObjectRef, Optional<ObjectReference>> blamable, Events events) {
    this.blamable = blamable;
    this.events = events;
  }

  void tell(InjectedPod pod, Acknowledgement refusal) {
    Optional<ObjectReference> blamed =
        Optional.ofNullable(refusal.object()).flatMap(object -> blamable.apply(pod, object));
    events.publish(
        blamed.orElseGet(pod::reference),
        Reason.ConfigurationRefused,
        "pod "
            + pod.key()
            + " goes on under its earlier configuration, since it refused the new one: "
            + shortened(refusal.reason())
            + "; next: "
            + (blamed.isPresent()
                ? "correct the field that it names, or restart the pod if its sidecar is older than"
                    + " the operator"
                : "restart the pod, whose sidecar then asks for its configuration again; if it"
                    + " refuses that too: kubectl logs -n "
                    + pod.namespace()
                    + " "
                    + pod.key().name()
                    + " -c tidegate"));
  }

  private static String shortened(String reason) {
    if (reason == null) {
      return "it gave no reason";
    }
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
  }
}
