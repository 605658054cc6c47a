package io.tidegate.operator.admit;

/** What to do with a pod. */
public sealed interface InjectionDecision {

  /** Mutate it, also when it is injected already: the mutation is idempotent. */
  record Inject(InjectionProfile profile) implements InjectionDecision {}

  /** Admit it as it is. */
  record Skip(SkipReason reason) implements InjectionDecision {}

  /**
   * Do not admit it.
   *
   * @param detail names container or volume and field
   */
  record Refuse(RefusalReason reason, String detail) implements InjectionDecision {
    public String message() {
      return "tidegate refuses the pod: " + detail + "; next: " + reason.nextStep();
    }
  }
}
