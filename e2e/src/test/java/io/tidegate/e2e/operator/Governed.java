package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.tidegate.api.Condition;
import io.tidegate.api.ModelRoute;
import io.tidegate.operator.StubSidecar;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A namespace with a policy and one pod whose sidecar runs it, and all that was said of its route
 * meanwhile.
 */
final class Governed implements AutoCloseable {
  final String namespace;
  final StubSidecar sidecar;
  private final Installation installation;
  private final List<Said> history = new CopyOnWriteArrayList<>();
  private final SharedIndexInformer<ModelRoute> watch;
  private int cap = 100;
  private int sidecars = 1;

  /** One status of the route. */
  private record Said(Long generation, String programmed, Condition.Status status, String reason) {
    static Said of(ModelRoute route) {
      Condition condition = condition(route);
      return new Said(
          route.getStatus().observedGeneration(),
          route.getStatus().programmed(),
          condition.status(),
          condition.reason());
    }

    /** Unknown is what it is between an edit and the sidecars' word. */
    boolean tookBack(int sidecars) {
      return status == Condition.Status.False || !programmed.endsWith("/" + sidecars);
    }
  }

  Governed(Installation installation, Installation.Replica replica) {
    this.installation = installation;
    installation.webhookTo(replica);
    namespace = installation.governedNamespace("faults");
    installation.policy(namespace, cap);
    Pod pod = installation.pods.running(namespace, "app");
    sidecar =
        installation
            .sidecar(replica)
            .acknowledging()
            .connect(installation.pods.kubeletToken(pod, "tidegate-operator"));
    assertThat(sidecar.status()).isEqualTo(200);
    awaitProgrammed();
    watch = routes().inform(new Record());
  }

  private io.fabric8.kubernetes.client.dsl.Resource<ModelRoute> routes() {
    return installation.admin.resources(ModelRoute.class).inNamespace(namespace).withName("r");
  }

  /** So many sidecars run the route from now on; returns once they do. */
  void expect(int count) {
    sidecars = count;
    awaitProgrammed();
    history.clear();
  }

  /** Changes the route as a person does, who is not behind the fault. */
  void edit() {
    installation.policy(namespace, ++cap);
  }

  /** The newest edit runs in the sidecar and its status says so; returns how long that took. */
  Duration awaitProgrammed() {
    long start = System.nanoTime();
    until("the sidecar has cap " + cap, this::arrived);
    until(() -> "the route says so: " + routes().get().getStatus(), this::programmed);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  boolean arrived() {
    return !sidecar.configurations().isEmpty() && cap(sidecar.newest()) == cap;
  }

  private boolean programmed() {
    ModelRoute route = routes().get();
    return route.getStatus() != null
        && (sidecars + "/" + sidecars).equals(route.getStatus().programmed())
        && isOfItsGeneration(route)
        && condition(route).status() == Condition.Status.True;
  }

  /** The status speaks of the newest edit. */
  boolean isObserved() {
    return isOfItsGeneration(routes().get());
  }

  private static boolean isOfItsGeneration(ModelRoute route) {
    return route.getMetadata().getGeneration().equals(route.getStatus().observedGeneration());
  }

  /** Zero where the route is not in it, which is what a fault must never do. */
  private static int cap(Snapshot snapshot) {
    return snapshot.routes().stream()
        .flatMap(route -> route.rules().stream())
        .mapToInt(rule -> Math.toIntExact(rule.limits().maxOutputTokens()))
        .findFirst()
        .orElse(0);
  }

  private static Condition condition(ModelRoute route) {
    return route.getStatus().conditions().stream()
        .filter(one -> one.type().equals("Programmed"))
        .findFirst()
        .orElseThrow();
  }

  /** The sidecar's stream is open, and its words are taken. */
  void stillServes() {
    assertThat(sidecar.ended()).isFalse();
    assertThat(sidecar.acknowledge(sidecar.session(), Acknowledgement.Verdict.Running, null))
        .isLessThan(300);
  }

  /** No configuration was without the route, no status took anything back, no stream ended. */
  void nothingWasTakenBack() {
    assertThat(sidecar.ended()).as("the stream ended").isFalse();
    assertThat(sidecar.snapshots()).allSatisfy(snapshot -> assertThat(cap(snapshot)).isPositive());
    assertThat(history).noneMatch(status -> status.tookBack(sidecars));
  }

  @Override
  public void close() {
    watch.close();
    sidecar.close();
  }

  private final class Record implements ResourceEventHandler<ModelRoute> {
    @Override
    public void onAdd(ModelRoute route) {
      history.add(Said.of(route));
    }

    @Override
    public void onUpdate(ModelRoute before, ModelRoute route) {
      history.add(Said.of(route));
    }

    @Override
    public void onDelete(ModelRoute route, boolean finalStateUnknown) {
      throw new AssertionError("nobody deletes it");
    }
  }
}
