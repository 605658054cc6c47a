package io.tidegate.operator.events;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Holds what is said of a pod in creation, which has no uid yet, until the pod is seen. What has a
 * uid passes at once. A pod that never comes to exist leaves nothing behind.
 */
public final class PodsToCome implements Events {
  private static final int MOST = 1_000;

  /** From the webhook's answer until a watch shows the pod. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** Ends the name of a pod whose name the API server is to make. */
  private static final String GENERATED = "*";

  /** Of {@code generateName}; the rest of a label's 63 is random (apiserver names.go). */
  private static final int MOST_PREFIX = 58;

  private static final int RANDOM = 5;

  private final Events then;
  private final InstantSource clock;
  private final Deque<Held> held = new ArrayDeque<>();

  private record Held(ObjectReference pod, Reason reason, String message, Instant until) {
    /** Held twice under one prefix, it is for two pods. */
    boolean saysTheSameAs(Held other) {
      return reason.equals(other.reason) && message.equals(other.message);
    }
  }

  public PodsToCome(Events then, InstantSource clock) {
    this.then = then;
    this.clock = clock;
  }

  /** The name of a pod in creation, by which it is recognised once it is there. */
  public static String generated(String generateName) {
    String prefix =
        generateName.length() > MOST_PREFIX ? generateName.substring(0, MOST_PREFIX) : generateName;
    return prefix + GENERATED;
  }

  @Override
  public void publish(ObjectReference on, Reason reason, String message) {
    if (on.getUid() != null) {
      then.publish(on, reason, message);
      return;
    }
    Instant now = clock.instant();
    synchronized (held) {
      held.removeIf(one -> one.until().isBefore(now));
      if (held.size() == MOST) {
        held.removeFirst();
      }
      held.addLast(new Held(on, reason, message, now.plus(LONGEST)));
    }
  }

  /**
   * Tells what is held for the pod.
   *
   * @param pod with its uid
   */
  public void seen(ObjectReference pod) {
    for (Held one : taken(pod)) {
      then.publish(new ObjectReferenceBuilder(pod).build(), one.reason(), one.message());
    }
  }

  private List<Held> taken(ObjectReference pod) {
    Instant now = clock.instant();
    List<Held> taken = new ArrayList<>();
    synchronized (held) {
      held.removeIf(
          one -> {
            boolean mine =
                !one.until().isBefore(now)
                    && names(one.pod(), pod)
                    && taken.stream().noneMatch(one::saysTheSameAs);
            if (mine) {
              taken.add(one);
            }
            return mine;
          });
    }
    return taken;
  }

  private static boolean names(ObjectReference toCome, ObjectReference pod) {
    if (!toCome.getNamespace().equals(pod.getNamespace())) {
      return false;
    }
    String name = toCome.getName();
    if (!name.endsWith(GENERATED)) {
      return name.equals(pod.getName());
    }
    String prefix = name.substring(0, name.length() - GENERATED.length());
    return pod.getName().startsWith(prefix) && pod.getName().length() == prefix.length() + RANDOM;
  }
}
