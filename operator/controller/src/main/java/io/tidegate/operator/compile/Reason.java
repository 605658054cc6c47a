package io.tidegate.operator.compile;

/**
 * Everything that can be found about an object, with the condition it lands on. The order is the
 * order of importance where one condition has room for one reason.
 */
public enum Reason {
  ProviderNotFound(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Create the ModelProvider, or name one that exists here or in the operator's namespace."),
  RefNotPermitted(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Ask the provider's owner to add this namespace to its spec.allowedNamespaces."),
  ProviderBroken(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Repair that ModelProvider; its own conditions say how."),
  ModelNotFound(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Add the model to the provider's spec.models, or name one that is there."),
  ProfileNotFound(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Create the SidecarProfile, or correct the label; calls of these pods are refused until"
          + " then."),
  PromptNotFound(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Create the PromptVersion, or name one that exists here or in the operator's namespace."),
  PromptBroken(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Create a repaired PromptVersion under a new name and point the route at it."),
  SecretNamespaceNotGranted(
      Concern.REFERENCE,
      Effect.REPORTS,
      "Move the ModelProvider and its Secret to the operator's namespace, or have the installation"
          + " grant this namespace's Secrets to the operator (the chart's value"
          + " credentials.namespaces; where the namespace is in there already but was made anew,"
          + " helm upgrade again)."),
  SecretNotFound(
      Concern.REFERENCE, Effect.REPORTS, "Create the Secret in the provider's own namespace."),
  SecretKeyNotFound(
      Concern.REFERENCE,
      Effect.REPORTS,
      "Add the key to the Secret, or set credentials.apiKey.secretRef.key to one that is there."),
  CaBundleNotGranted(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Name a ConfigMap that the installation grants to the operator, or have this name added to"
          + " the chart's value caBundles.configMapNames."),
  CaBundleNotFound(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Create the ConfigMap with this key in the provider's own namespace."),
  CaBundleInvalid(
      Concern.REFERENCE,
      Effect.HOLDS_BACK,
      "Put PEM certificates (BEGIN CERTIFICATE) under this key of the ConfigMap."),
  SpecNotUnderstood(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Upgrade the operator to the version that the field was written for, or remove or correct the"
          + " field; what the object decides is refused until then."),
  NamespaceSelectorNotAllowed(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Remove it, or move the route to the operator's namespace, where it governs the cluster."),
  TranslationNotAvailable(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Give all targets of a route one dialect; make a second route for the other one."),
  PromptVariableUnknown(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Remove the variable, or name one of the version's spec.variables."),
  PromptVariableInvalid(
      Concern.OBJECT, Effect.HOLDS_BACK, "Give a value of the variable's type and length."),
  PromptTemplateInvalid(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Create a PromptVersion under a new name whose spec.variables declares what its messages"
          + " use."),
  ProviderInvalid(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Correct the field; the provider serves no call until then."),
  SubjectOutOfScope(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "A budget governs its own namespace: remove subject.namespace, or move the budget to the"
          + " operator's namespace."),
  TimeZoneUnknown(
      Concern.OBJECT,
      Effect.REPORTS,
      "Use an IANA name such as Europe/Berlin; until then the window begins in UTC."),
  PassThroughAmbiguous(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Name one provider for each dialect; until then unclaimed calls are denied."),
  RejectedByEngine(
      Concern.OBJECT,
      Effect.HOLDS_BACK,
      "Correct the field; until then this object is left out of every configuration."),
  ProviderWithoutKey(
      Concern.NOTICE,
      Effect.REPORTS,
      "Mend what that ModelProvider's condition ResolvedRefs names; calls that go to it are refused"
          + " with 503 until then."),
  ModelWithoutPrice(
      Concern.NOTICE,
      Effect.REPORTS,
      "Give the model a price in the provider's spec.models[].price; calls that this usd limit"
          + " counts are refused for it until then."),
  ModelWithoutOutputCap(
      Concern.NOTICE,
      Effect.REPORTS,
      "Give the model its spec.models[].maxOutputTokens, or the route limits.maxOutputTokens."),
  Overridden(
      Concern.NOTICE,
      Effect.REPORTS,
      "Raise spec.priority above the winner's, or claim other models, workloads or namespaces.");

  private final Concern concern;
  private final Effect effect;
  private final String nextStep;

  Reason(Concern concern, Effect effect, String nextStep) {
    this.concern = concern;
    this.effect = effect;
    this.nextStep = nextStep;
  }

  public Concern concern() {
    return concern;
  }

  public Effect effect() {
    return effect;
  }

  /** One sentence or two that say what to do. */
  public String nextStep() {
    return nextStep;
  }

  /** Which condition a finding lands on. */
  public enum Concern {
    /** ResolvedRefs: something that it names. */
    REFERENCE,
    /** Accepted: the object itself. */
    OBJECT,
    /** Accepted stays True, with this reason: worth knowing. */
    NOTICE
  }

  /** Whether the object still serves. */
  public enum Effect {
    /** It serves no call until it is repaired; what it would have claimed is refused. */
    HOLDS_BACK,
    /** It serves as far as it can. */
    REPORTS
  }
}
