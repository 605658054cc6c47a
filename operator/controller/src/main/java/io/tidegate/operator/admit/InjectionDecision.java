package io.tidegate.operator.admit;

/** What to do with a pod. */
public sealed interface InjectionDecision {

  /** Mutate it, also when it is injected already: the mutation is idempotent. */
  record Inject(InjectionProfile profile) implements InjectionDecision {}

  /**
   * Admit it as it is.
   *
   * @param label the value of {@code tidegate.io/inject} that holds; null: nobody set it
   */
  record Skip(SkipReason reason, String label) implements InjectionDecision {
    /** What is the case, and what to do where a sidecar is wanted. */
    public String sentence() {
      return reason.sentence(label);
    }
  }

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
