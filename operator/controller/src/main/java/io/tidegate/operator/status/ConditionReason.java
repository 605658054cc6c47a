package io.tidegate.operator.status;

/** Reasons of conditions that are not findings of the compiler. */
public enum ConditionReason {
  /** Accepted: every field is valid. */
  Accepted,
  /** ResolvedRefs: everything that the object names is there and may be used. */
  ResolvedRefs,
  /** Programmed: every running sidecar that it governs runs it. */
  Programmed,
  /** Programmed: no running sidecar is governed by it. */
  NoWorkloads,
  /** Programmed: sidecars are about to run it. */
  Reconciling,
  /** Programmed: a sidecar refused it. */
  Refused,
  /** Programmed: the whole that a pod would get cannot be run, so it gets nothing new. */
  Withheld,
  /** Programmed: a sidecar has been behind for more than 30 s. */
  Lagging,
  /** Programmed: its findings keep it from serving. */
  HeldBack,
  /** Ready: accepted, resolved and programmed; else the reason of what stands in the way. */
  Ready,
  /** Stalled: only an edit of the object can help. */
  NeedsRepair,
  /** Stalled: nothing stands in the way but what may come by itself. */
  NotStalled
}
