package io.tidegate.operator.status;

import io.fabric8.kubernetes.client.CustomResource;
import io.tidegate.api.Condition;
import io.tidegate.api.GovernedStatus;
import io.tidegate.operator.compile.Cluster;
import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.PolicyCompiler;
import io.tidegate.operator.compile.ResourceView;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A cluster over time: compile, let sidecars speak, look at statuses. */
final class Situation {
  private final PolicyCompiler compiler = new PolicyCompiler();
  private final Map<String, AckView> acks = new HashMap<>();
  private final List<SpendView> spends = new ArrayList<>();
  private final Map<String, GovernedStatus> written = new HashMap<>();
  private Expectations expectations = Expectations.NONE;
  private ResourceView view;
  private Compilation compilation;
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");

  Situation(Cluster cluster) {
    change(cluster);
  }

  Situation change(Cluster cluster) {
    view = cluster.view();
    compilation = compiler.compile(view);
    expectations = expectations.next(compilation, now);
    return this;
  }

  Situation after(Duration duration) {
    now = now.plus(duration);
    return this;
  }

  /** The sidecar runs what is expected of it now. */
  Situation runs(String pod) {
    String version = compilation.forPod("uid-" + pod).version();
    acks.put("uid-" + pod, new AckView("uid-" + pod, version, null, null, null, now));
    return this;
  }

  /** What another operator's sidecars said. */
  Situation heard(Situation other) {
    acks.putAll(other.acks);
    return this;
  }

  /** It keeps what it had. */
  Situation refuses(String pod, ObjectRef object, String reason) {
    AckView had = acks.get("uid-" + pod);
    String version = compilation.forPod("uid-" + pod).version();
    acks.put(
        "uid-" + pod,
        new AckView(
            "uid-" + pod, had == null ? null : had.runningVersion(), version, object, reason, now));
    return this;
  }

  Situation spends(String pod, SpendReport.Window... windows) {
    spends.add(new SpendView("uid-" + pod, List.of(windows)));
    return this;
  }

  Instant now() {
    return now;
  }

  /** As the API server would have it after a write. */
  GovernedStatus status(String kind, String name) {
    List<DesiredStatus> all =
        StatusProjector.project(
            new StatusInput(
                view, compilation, expectations, List.copyOf(acks.values()), spends, now));
    for (DesiredStatus desired : all) {
      write(desired.object(), desired.status());
    }
    return written.get(kind + "/" + name);
  }

  @SuppressWarnings("unchecked")
  private void write(CustomResource<?, ?> object, GovernedStatus status) {
    ((CustomResource<Object, Object>) object).setStatus(status);
    written.put(object.getKind() + "/" + object.getMetadata().getName(), status);
  }

  Condition condition(String kind, String name, String type) {
    return status(kind, name).conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  /** {@code True/Programmed}. */
  String programmed(String name) {
    return said("ModelRoute", name, "Programmed");
  }

  String said(String kind, String name, String type) {
    Condition condition = condition(kind, name, type);
    return condition.status() + "/" + condition.reason();
  }
}
