package io.tidegate.operator.status;

import io.tidegate.api.Condition;
import io.tidegate.api.Condition.Status;
import io.tidegate.operator.compile.Finding;
import io.tidegate.operator.compile.Reason;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The conditions of one object. The only place that knows when a condition last changed. */
final class Conditions {
  private static final int LONGEST_MESSAGE = 4096;
  private static final int MOST_FINDINGS = 3;
  private final ObjectRef object;
  private final long generation;
  private final List<Condition> before;
  private final Instant now;
  private final List<Condition> conditions = new ArrayList<>();

  Conditions(ObjectRef object, long generation, List<Condition> before, Instant now) {
    this.object = object;
    this.generation = generation;
    this.before = before;
    this.now = now;
  }

  List<Condition> of(List<Finding> findings, Progress progress) {
    Condition accepted = accepted(findings);
    Condition resolved = resolved(findings);
    Condition programmed = programmed(findings, progress);
    ready(accepted, resolved, programmed);
    stalled(accepted, resolved, programmed);
    return List.copyOf(conditions);
  }

  private Condition accepted(List<Finding> findings) {
    List<Finding> wrong = about(findings, Reason.Concern.OBJECT);
    if (!wrong.isEmpty()) {
      return add("Accepted", Status.False, wrong.getFirst().reason().name(), text(wrong));
    }
    // Of a route that no call reaches, nothing else matters.
    List<Finding> notices =
        about(findings, Reason.Concern.NOTICE).stream()
            .sorted(Comparator.comparing(each -> each.reason() != Reason.Overridden))
            .toList();
    if (!notices.isEmpty()) {
      return add("Accepted", Status.True, notices.getFirst().reason().name(), text(notices));
    }
    return add(
        "Accepted",
        Status.True,
        ConditionReason.Accepted.name(),
        object + ": every field is valid.");
  }

  private Condition resolved(List<Finding> findings) {
    List<Finding> wrong = about(findings, Reason.Concern.REFERENCE);
    return wrong.isEmpty()
        ? add(
            "ResolvedRefs",
            Status.True,
            ConditionReason.ResolvedRefs.name(),
            object + ": everything that it names is there and may be used.")
        : add("ResolvedRefs", Status.False, wrong.getFirst().reason().name(), text(wrong));
  }

  private Condition programmed(List<Finding> findings, Progress progress) {
    List<Finding> holding =
        findings.stream()
            .filter(finding -> finding.reason().effect() == Reason.Effect.HOLDS_BACK)
            .toList();
    if (!holding.isEmpty()) {
      return programmed(
          Status.False, ConditionReason.HeldBack, "it serves no call. " + text(holding));
    }
    if (!progress.refusing().isEmpty()) {
      Progress.Refusal first = progress.refusing().getFirst();
      return programmed(
          Status.False,
          ConditionReason.Refused,
          "pod "
              + first.pod().namespace()
              + "/"
              + first.pod().name()
              + " refused it: "
              + first.reason()
              + more(progress.refusing().size() - 1)
              + ". Its earlier configuration stays in force. Correct the field that it names; if"
              + " the reason is an unknown schema, restart the pod to get the operator's sidecar.");
    }
    if (!progress.withheld().isEmpty()) {
      Progress.Withheld first = progress.withheld().getFirst();
      return programmed(
          Status.False,
          ConditionReason.Withheld,
          "pod %s/%s%s does not get it, and %s: %s."
              .formatted(
                  first.pod().namespace(),
                  first.pod().name(),
                  more(progress.withheld().size() - 1),
                  first.runs(),
                  first.reason()));
    }
    if (!progress.lagging().isEmpty()) {
      return lagging(progress);
    }
    return inMotion(progress);
  }

  private Condition lagging(Progress progress) {
    Progress.Lag first = progress.lagging().getFirst();
    return programmed(
        Status.False,
        ConditionReason.Lagging,
        "pod "
            + first.pod().namespace()
            + "/"
            + first.pod().name()
            + " "
            + first.cause()
            + more(progress.lagging().size() - 1)
            + ". Look at the pod's container tidegate: kubectl logs -n "
            + first.pod().namespace()
            + " "
            + first.pod().name()
            + " -c tidegate");
  }

  private Condition inMotion(Progress progress) {
    if (progress.total() == 0) {
      return programmed(
          Status.True,
          ConditionReason.NoWorkloads,
          "no running pod with a sidecar is governed by it. Label a namespace or a pod"
              + " tidegate.io/inject=enabled and restart the workload to have some.");
    }
    boolean heldBefore =
        before.stream()
            .anyMatch(
                it ->
                    it.type().equals("Programmed")
                        && it.status() == Status.True
                        && Long.valueOf(generation).equals(it.observedGeneration()));
    boolean proven = progress.running() > 0 || heldBefore;
    if (progress.catchingUp() > 0 || !proven) {
      return programmed(
          Status.Unknown,
          ConditionReason.Reconciling,
          progress.running()
              + " of "
              + progress.total()
              + " sidecars run it; wait for the others.");
    }
    return programmed(
        Status.True,
        ConditionReason.Programmed,
        "every sidecar that has had 30 s to say so runs it.");
  }

  private Condition programmed(Status status, ConditionReason reason, String what) {
    return add("Programmed", status, reason.name(), object + ": " + what);
  }

  /** Its reason is what a table shows: of the condition that does not hold, or worth knowing. */
  private void ready(Condition accepted, Condition resolved, Condition programmed) {
    for (Status worst : List.of(Status.False, Status.Unknown)) {
      for (Condition other : List.of(accepted, resolved, programmed)) {
        if (other.status() == worst) {
          add("Ready", worst, other.reason(), other.message());
          return;
        }
      }
    }
    if (!accepted.reason().equals(ConditionReason.Accepted.name())) {
      add("Ready", Status.True, accepted.reason(), accepted.message());
    } else if (programmed.reason().equals(ConditionReason.NoWorkloads.name())) {
      add("Ready", Status.True, programmed.reason(), programmed.message());
    } else {
      add("Ready", Status.True, ConditionReason.Ready.name(), object + ": in force.");
    }
  }

  /**
   * Tools wait for what may come by itself; they stop at what needs an edit of this very object.
   * What it names may be applied a moment later, and a sidecar that lags may catch up.
   */
  private void stalled(Condition accepted, Condition resolved, Condition programmed) {
    boolean refused = programmed.reason().equals(ConditionReason.Refused.name());
    if (accepted.status() == Status.False || refused) {
      add(
          "Stalled",
          Status.True,
          ConditionReason.NeedsRepair.name(),
          accepted.status() == Status.False ? accepted.message() : programmed.message());
      return;
    }
    add(
        "Stalled",
        Status.False,
        ConditionReason.NotStalled.name(),
        resolved.status() == Status.False
            ? object + ": it goes on by itself once what it names is there and may be used."
            : object + ": nothing waits for a person.");
  }

  private Condition add(String type, Status status, String reason, String message) {
    String since =
        before.stream()
            .filter(it -> it.type().equals(type) && it.status() == status)
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    Condition condition =
        new Condition(type, status, generation, since, reason, shortened(message));
    conditions.add(condition);
    return condition;
  }

  private static List<Finding> about(List<Finding> findings, Reason.Concern concern) {
    return findings.stream().filter(each -> each.reason().concern() == concern).toList();
  }

  private static String text(List<Finding> findings) {
    String first =
        findings.stream()
            .limit(MOST_FINDINGS)
            .map(Finding::message)
            .collect(Collectors.joining(" "));
    int left = findings.size() - MOST_FINDINGS;
    return left > 0 ? first + " And " + left + " more." : first;
  }

  private static String more(int others) {
    return others > 0 ? " (and " + others + " more)" : "";
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }
}
