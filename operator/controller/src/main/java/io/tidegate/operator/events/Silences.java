package io.tidegate.operator.events;

import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was said lately, so that it is not said again before its silence ends. */
final class Silences {
  private static final int REMEMBERED = 10_000;

  private final Map<Said, Instant> said = new LinkedHashMap<>();

  private record Said(String uid, String reason) {}

  /** Whether it may be said now; then it counts as said. */
  synchronized boolean due(ObjectReference on, Events.Reason reason, Instant now) {
    if (reason.silence().isZero()) {
      return true;
    }
    Said what = new Said(on.getUid(), reason.name());
    Instant last = said.get(what);
    if (last != null && last.plus(reason.silence()).isAfter(now)) {
      return false;
    }
    said.remove(what);
    said.put(what, now);
    if (said.size() > REMEMBERED) {
      said.remove(said.keySet().iterator().next());
    }
    return true;
  }
}
