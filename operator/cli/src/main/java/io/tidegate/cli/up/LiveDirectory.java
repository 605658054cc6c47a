package io.tidegate.cli.up;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.CrdFiles;
import io.tidegate.cli.local.LocalPod;
import io.tidegate.cli.local.SidecarFleet;
import io.tidegate.cli.manifest.DirectoryApplier;
import io.tidegate.cli.manifest.KnownKinds;
import io.tidegate.cli.manifest.Manifest;
import io.tidegate.cli.manifest.ManifestReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;

/** The directory of an {@code up}: applied once, then again after every edit. */
final class LiveDirectory {
  private static final Duration COMPILED = Duration.ofSeconds(5);

  private final Path path;
  private final KubernetesClient client;
  private final PrintStream out;
  private final PrintStream err;
  private final ManifestReader reader;
  private final DirectoryApplier applier;
  private final Conditions conditions;
  private final ToldProblems told;
  private final ToldProblems mistakes;
  private final Set<String> lived = new ConcurrentSkipListSet<>();
  private List<Manifest> applied = List.of();

  /**
   * @param namespaceMade called with each Namespace of the directory that was written, before
   *     anything is put into it
   */
  LiveDirectory(
      Path path,
      KubernetesClient client,
      Consumer<String> namespaceMade,
      PrintStream out,
      PrintStream err) {
    this.path = path;
    this.client = client;
    this.out = out;
    this.err = err;
    this.reader = new ManifestReader(path);
    this.applier =
        new DirectoryApplier(reader, new KnownKinds(CrdFiles.load()), client, namespaceMade);
    this.conditions = new Conditions(client);
    this.told = new ToldProblems(out, err);
    this.mistakes = new ToldProblems(out, err);
    try {
      for (Path file : reader.files()) {
        remember(reader.read(file).manifests());
      }
    } catch (IOException e) {
      throw CliFailure.failed(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The namespaces that the files speak of, and the operator's. */
  Set<String> namespaces() {
    Set<String> names = new TreeSet<>(Set.of(ClusterFurniture.OPERATOR_NAMESPACE, "default"));
    names.addAll(lived());
    return names;
  }

  /**
   * Every namespace that the directory has had objects in since this began; another thread may ask.
   */
  Set<String> lived() {
    return Set.copyOf(lived);
  }

  private void remember(List<Manifest> manifests) {
    for (Manifest manifest : manifests) {
      boolean named = !manifest.namespace().isEmpty();
      if (manifest.kind().equals("Namespace")) {
        lived.add(manifest.name());
      } else {
        lived.add(named ? manifest.namespace() : "default");
      }
    }
  }

  /**
   * The first pass.
   *
   * @throws CliFailure when a file or object is wrong: then nothing is worth running yet
   */
  void apply() throws IOException {
    DirectoryApplier.Pass pass = applier.apply();
    if (!pass.problems().isEmpty()) {
      StringBuilder all = new StringBuilder(path + " has problems:");
      pass.problems().forEach(p -> all.append("\n  ").append(p));
      throw CliFailure.failed(all.toString());
    }
    applied = pass.applied();
    remember(applied);
  }

  /** What the API holds of the directory. */
  List<Manifest> applied() {
    return applied;
  }

  /** After an edit: what changed, what is wrong. */
  synchronized void changed() {
    try {
      DirectoryApplier.Pass pass = applier.apply();
      applied = pass.applied();
      remember(applied);
      pass.changed().forEach(c -> out.println("  " + c));
      if (!pass.changed().isEmpty()) {
        showConditions();
      }
      mistakes.show(pass.problems());
    } catch (IOException | KubernetesClientException e) {
      err.println("tidegate: " + path + " could not be applied: " + e.getMessage());
    }
  }

  /** Waits for the sidecars of the pods that admission injected; says which did not come. */
  void awaitPods(SidecarFleet sidecars, Duration most) {
    boolean hasWorkloads =
        applied.stream()
            .anyMatch(m -> Set.of("Deployment", "StatefulSet", "Job", "Pod").contains(m.kind()));
    if (!hasWorkloads) {
      return;
    }
    boolean all = Deadline.await(most, () -> waiting(sidecars).isEmpty());
    if (!all) {
      err.println("tidegate: not ready yet: " + String.join(", ", waiting(sidecars)));
    }
  }

  private List<String> waiting(SidecarFleet sidecars) {
    List<LocalPod> ready = sidecars.running();
    List<String> waiting =
        new java.util.ArrayList<>(
            client.pods().inAnyNamespace().list().getItems().stream()
                .filter(LocalPod::isInjected)
                .filter(p -> ready.stream().noneMatch(r -> r.isOf(p)))
                .map(p -> title(p))
                .toList());
    client.apps().deployments().inAnyNamespace().list().getItems().stream()
        .filter(
            d ->
                !isUp(
                    d.getSpec().getReplicas(),
                    d.getStatus() == null ? null : d.getStatus().getReadyReplicas()))
        .map(d -> title(d))
        .forEach(waiting::add);
    client.apps().statefulSets().inAnyNamespace().list().getItems().stream()
        .filter(
            s ->
                !isUp(
                    s.getSpec().getReplicas(),
                    s.getStatus() == null ? null : s.getStatus().getReadyReplicas()))
        .map(s -> title(s))
        .forEach(waiting::add);
    client.batch().v1().jobs().inAnyNamespace().list().getItems().stream()
        .filter(j -> j.getStatus() == null || j.getStatus().getActive() == null)
        .map(j -> title(j))
        .forEach(waiting::add);
    return waiting;
  }

  private static boolean isUp(Integer wanted, Integer ready) {
    return ready != null && ready >= (wanted == null ? 1 : wanted);
  }

  private static String title(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  /** Waits for the operator's word on every object, then prints the objects that it refuses. */
  synchronized void showConditions() {
    if (!Deadline.await(COMPILED, () -> conditions.areObserved(applied))) {
      err.println("tidegate: the operator has not looked at every object yet");
    }
    told.show(conditions.verdicts(applied), applied);
  }

  /** Prints what the operator says now and did not say before. */
  synchronized void conditionsChanged() {
    if (conditions.areObserved(applied)) {
      told.show(conditions.verdicts(applied), applied);
    }
  }
}
