package io.tidegate.operator.status;

import io.tidegate.operator.compile.PodView;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the running sidecars that an object governs have come with it.
 *
 * @param running they run the object as it is
 * @param starting they have said nothing yet, and began to run less than 30 s ago
 * @param catchingUp they run an older state of it, for less than 30 s
 * @param lagging neither, for longer
 * @param refusing they refused it
 * @param withheld they get nothing new, since it could not be run
 */
record Progress(
    int running,
    int starting,
    int catchingUp,
    List<Lag> lagging,
    List<Refusal> refusing,
    List<Withheld> withheld) {

  /** A sidecar that does not run the object as it is. */
  record Lag(PodView pod, String cause) {}

  /** A sidecar that said why it will not. */
  record Refusal(PodView pod, String reason) {}

  /** A sidecar that the operator sends nothing new. */
  record Withheld(PodView pod, String runs, String reason) {}

  int total() {
    return running + starting + catchingUp + lagging.size() + refusing.size() + withheld.size();
  }

  /** Collects one sidecar after the other. */
  static final class Count {
    private final List<Lag> lagging = new ArrayList<>();
    private final List<Refusal> refusing = new ArrayList<>();
    private final List<Withheld> withheld = new ArrayList<>();
    private int running;
    private int starting;
    private int catchingUp;

    void runs() {
      running++;
    }

    void starts() {
      starting++;
    }

    void catchesUp() {
      catchingUp++;
    }

    void lags(PodView pod, String cause) {
      lagging.add(new Lag(pod, cause));
    }

    void refuses(PodView pod, String reason) {
      refusing.add(new Refusal(pod, reason));
    }

    void withheld(PodView pod, String runs, String reason) {
      withheld.add(new Withheld(pod, runs, reason));
    }

    Progress done() {
      return new Progress(
          running,
          starting,
          catchingUp,
          List.copyOf(lagging),
          List.copyOf(refusing),
          List.copyOf(withheld));
    }
  }
}
