package io.tidegate.operator.compile;

import io.tidegate.api.TenantBudget;
import io.tidegate.api.TenantBudgetSpec;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.TaskField;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;

/**
 * TenantBudget to {@link Budget}. A budget that the engine rejects becomes one that lets nothing
 * through: leaving it out would lift the limit.
 */
final class BudgetCompiler {
  private static final List<Budget.Limit> NOTHING =
      List.of(
          new Budget.Limit("held-back", Budget.Unit.Requests, "0", Budget.Window.Minute, "UTC"));
  private final Surroundings surroundings;
  private final FindingLog findings;

  BudgetCompiler(Surroundings surroundings, FindingLog findings) {
    this.surroundings = surroundings;
    this.findings = findings;
  }

  KindCompiler<TenantBudget, CompiledBudget> kind() {
    return new KindCompiler<>(findings, this::compile, this::heldBack);
  }

  private CompiledBudget compile(TenantBudget object) {
    ObjectRef ref = ViewIndex.ref(object);
    TenantBudgetSpec spec = object.getSpec();
    TenantBudgetSpec.Subject subject = spec.subject();
    boolean elsewhere =
        subject.namespace() != null
            && !subject.namespace().equals(ref.namespace())
            && !ref.namespace().equals(surroundings.operatorNamespace());
    if (elsewhere) {
      findings.add(
          ref,
          Reason.SubjectOutOfScope,
          "spec.subject.namespace",
          "names " + subject.namespace() + ", which this budget does not govern");
    }
    return new CompiledBudget(
        ref,
        ViewIndex.generation(object),
        subject.namespace(),
        subject.workload(),
        elsewhere ? null : budget(ref, spec, subject));
  }

  /**
   * Lets nothing through of what can be read of its subject. A part of the subject that cannot be
   * read narrows nothing: whose limit it was is not known, so nobody's is lifted.
   */
  private CompiledBudget heldBack(TenantBudget object, Finding finding) {
    ObjectRef ref = finding.object();
    String namespace = subject(object, "namespace");
    boolean elsewhere =
        namespace != null
            && !namespace.equals(ref.namespace())
            && !ref.namespace().equals(surroundings.operatorNamespace());
    Budget.Subject subject =
        new Budget.Subject(
            subject(object, "tenant"),
            subject(object, "user"),
            subject(object, "workflow"),
            subject(object, "budgetClass"),
            subject(object, "model"));
    return new CompiledBudget(
        ref,
        ViewIndex.generation(object),
        namespace,
        subject(object, "workload"),
        elsewhere ? null : new Budget(ref, subject, null, NOTHING, 1, finding.message()));
  }

  private static String subject(TenantBudget object, String part) {
    return object.part(String.class, "subject", part).orElse(null);
  }

  private Budget budget(ObjectRef ref, TenantBudgetSpec spec, TenantBudgetSpec.Subject subject) {
    String rejection = surroundings.rejection();
    return new Budget(
        ref,
        new Budget.Subject(
            subject.tenant(),
            subject.user(),
            subject.workflow(),
            subject.budgetClass(),
            subject.model()),
        per(spec.per()),
        rejection != null
            ? NOTHING
            : spec.limits().stream().map(limit -> limit(ref, limit)).toList(),
        spec.minOutputTokens(),
        rejection);
  }

  private static TaskField per(TenantBudgetSpec.Per per) {
    return switch (per) {
      case null -> null;
      case Tenant -> TaskField.TENANT_ID;
      case User -> TaskField.USER_ID;
      case Workflow -> TaskField.WORKFLOW;
      case BudgetClass -> TaskField.BUDGET_CLASS;
    };
  }

  private Budget.Limit limit(ObjectRef ref, TenantBudgetSpec.Limit limit) {
    Budget.Window window =
        limit.window() == null ? null : Budget.Window.valueOf(limit.window().name());
    String zone = window == null ? null : zone(ref, limit);
    if (limit.usd() != null) {
      return new Budget.Limit(limit.name(), Budget.Unit.Usd, limit.usd(), window, zone);
    }
    if (limit.tokens() != null) {
      return count(limit.name(), Budget.Unit.Tokens, limit.tokens(), window, zone);
    }
    if (limit.requests() != null) {
      return count(limit.name(), Budget.Unit.Requests, limit.requests(), window, zone);
    }
    return count(
        limit.name(), Budget.Unit.ConcurrentRequests, limit.concurrentRequests(), window, zone);
  }

  private static Budget.Limit count(
      String name, Budget.Unit unit, Long amount, Budget.Window window, String zone) {
    return new Budget.Limit(name, unit, String.valueOf(amount), window, zone);
  }

  /** An unknown zone moves where the window begins, not how much fits in it: the limit stays. */
  private String zone(ObjectRef ref, TenantBudgetSpec.Limit limit) {
    if (limit.timeZone() == null) {
      return "UTC";
    }
    try {
      return ZoneId.of(limit.timeZone()).getId();
    } catch (DateTimeException e) {
      findings.add(
          ref,
          Reason.TimeZoneUnknown,
          "spec.limits[" + limit.name() + "].timeZone",
          "names '" + limit.timeZone() + "', which is no IANA time zone");
      return "UTC";
    }
  }
}
