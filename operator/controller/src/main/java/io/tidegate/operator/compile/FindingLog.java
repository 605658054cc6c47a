package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Collects findings; the same one twice counts once. */
final class FindingLog {
  private final TreeSet<Finding> findings = new TreeSet<>();

  /**
   * @param detail what is wrong, without the object and the field, without a full stop
   */
  Finding add(ObjectRef object, Reason reason, String field, String detail) {
    Finding finding = Finding.of(object, reason, field, detail);
    findings.add(finding);
    return finding;
  }

  /** What the engine said; it names object and field itself. */
  void rejected(ObjectRef object, String engineMessage) {
    findings.add(
        new Finding(
            object,
            Reason.RejectedByEngine,
            "spec",
            engineMessage + ". " + Reason.RejectedByEngine.nextStep()));
  }

  /** Of an object that sends calls to a provider whose key cannot be had. */
  void withoutKey(ObjectRef object, String field, CompiledProvider provider) {
    add(
        object,
        Reason.ProviderWithoutKey,
        field,
        "names " + provider.object() + ", whose key is missing");
  }

  void addAll(Collection<Finding> more) {
    findings.addAll(more);
  }

  List<Finding> sorted() {
    return new ArrayList<>(findings);
  }
}
