package io.tidegate.operator.status;

import io.tidegate.operator.compile.PodView;
import io.tidegate.operator.compile.Unserved;
import io.tidegate.operator.compile.WorkloadSnapshot;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges, pod by pod, whether an object is in force. A sidecar that runs an older version in which
 * the object stands exactly as it does now runs the object: a change elsewhere, or another object's
 * refusal, says nothing against it.
 */
final class SidecarProgress {
  /** How long a sidecar may take before its silence counts. */
  static final Duration GRACE = Duration.ofSeconds(30);

  private final StatusInput input;
  private final Map<ObjectRef, List<PodView>> governed = new HashMap<>();
  private final Map<ObjectRef, Set<String>> serving = new HashMap<>();
  private final Map<String, AckView> acks = new HashMap<>();

  SidecarProgress(StatusInput input) {
    this.input = input;
    input.acks().forEach(ack -> acks.put(ack.podUid(), ack));
    input.view().pods().stream()
        .filter(pod -> pod.phase() != PodView.Phase.Completed)
        .sorted(Comparator.comparing(PodView::namespace).thenComparing(PodView::name))
        .forEach(this::govern);
  }

  private void govern(PodView pod) {
    WorkloadSnapshot snapshot = input.compilation().forPod(pod.uid());
    Unserved unserved = input.compilation().unserved().get(pod.uid());
    if (snapshot != null) {
      govern(pod, snapshot.sources());
    } else if (unserved != null) {
      govern(pod, unserved.sources());
    }
  }

  private void govern(PodView pod, List<ObjectRef> sources) {
    for (ObjectRef object : sources) {
      serving.computeIfAbsent(object, any -> new HashSet<>()).add(pod.uid());
      if (pod.phase() == PodView.Phase.Running) {
        governed.computeIfAbsent(object, any -> new ArrayList<>()).add(pod);
      }
    }
  }

  /** Uids of the pods that it governs and that run, will run or are about to end. */
  Set<String> serving(ObjectRef object) {
    return serving.getOrDefault(object, Set.of());
  }

  Progress of(ObjectRef object) {
    Progress.Count count = new Progress.Count();
    for (PodView pod : governed.getOrDefault(object, List.of())) {
      judge(count, object, pod);
    }
    return count.done();
  }

  private void judge(Progress.Count count, ObjectRef object, PodView pod) {
    WorkloadSnapshot expected = input.compilation().forPod(pod.uid());
    AckView ack = acks.get(pod.uid());
    String running = ack == null ? null : ack.runningVersion();
    if (expected == null) {
      judgeUnserved(count, object, pod, running);
      return;
    }
    if (expected.version().equals(running)) {
      count.runs();
      return;
    }
    boolean refused = ack != null && expected.version().equals(ack.refusedVersion());
    if (refused && (ack.refusedObject() == null || ack.refusedObject().equals(object))) {
      count.refuses(pod, ack.refusedReason());
      return;
    }
    if (running != null && input.expectations().saysTheSame(running, expected.snapshot(), object)) {
      count.runs();
      return;
    }
    if (refused) {
      count.lags(pod, "refused the new configuration because of " + ack.refusedObject());
      return;
    }
    if (late(pod)) {
      count.lags(
          pod, running == null ? "has acknowledged no configuration" : "runs an older version");
    } else if (running == null) {
      count.starts();
    } else {
      count.catchesUp();
    }
  }

  private void judgeUnserved(Progress.Count count, ObjectRef object, PodView pod, String running) {
    Unserved unserved = input.compilation().unserved().get(pod.uid());
    if (running == null) {
      count.withheld(pod, "what it runs is not known", unserved.reason());
    } else if (!input.expectations().knows(running)) {
      count.withheld(pod, "it runs what an operator before this one gave it", unserved.reason());
    } else if (input.expectations().saysTheSame(running, unserved.snapshot(), object)) {
      count.runs();
    } else {
      count.withheld(pod, "it runs the configuration before", unserved.reason());
    }
  }

  private boolean late(PodView pod) {
    Expectations.Expected expected = input.expectations().byPod().get(pod.uid());
    Instant since = expected == null ? input.now() : expected.since();
    if (pod.runningSince() != null && pod.runningSince().isAfter(since)) {
      since = pod.runningSince();
    }
    return since.plus(GRACE).isBefore(input.now());
  }
}
