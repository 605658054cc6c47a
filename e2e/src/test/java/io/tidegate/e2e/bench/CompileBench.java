package io.tidegate.e2e.bench;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.operator.compile.Cluster;
import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.EditedView;
import io.tidegate.operator.compile.PolicyCompiler;
import io.tidegate.operator.compile.ResourceView;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a compilation takes in a cluster of 5,000 routes and 9,000 pods in 1,000 namespaces: all of
 * it by a compiler that knows nothing yet, and again after one edit. Arguments: rounds (default 30;
 * the first third warms the compiler of Java and is left out).
 */
public final class CompileBench {
  private static final int NAMESPACES = 1_000;
  private static final int ROUTES = 5;
  private static final int WORKLOADS = 3;
  private static final int REPLICAS = 3;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Milliseconds; other programs' turns count by the clock alone. */
  private record Taken(double wall, double processor) {}

  private CompileBench() {}

  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 30;
    ResourceView view = view();
    List<Taken> full = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      full.add(measure(() -> new PolicyCompiler().compile(view)));
    }
    report("full compile", full);
    PolicyCompiler compiler = new PolicyCompiler();
    compiler.compile(view);
    int[] edits = {0};
    report(
        "edit of one route",
        measureEdits(rounds * 10, compiler, () -> withRoute(view, ++edits[0])));
    report(
        "edit of the cluster's provider, which all routes name",
        measureEdits(rounds, compiler, () -> withProvider(view, ++edits[0])));
  }

  private static ResourceView view() {
    Cluster cluster =
        new Cluster().provider(Cluster.OPERATOR, "p", ", allowedNamespaces: {from: All}");
    for (int n = 0; n < NAMESPACES; n++) {
      String namespace = "ns" + n;
      cluster.namespace(namespace, Map.of("n", "" + n));
      cluster.budget(namespace, "b", "{limits: [{name: n, usd: '1', window: Day}]}");
      for (int r = 0; r < ROUTES; r++) {
        cluster.route(
            namespace,
            "r" + r,
            "{models: [x" + r + "], rules: [{name: all, targets: [{provider: p, model: m}]}]}");
      }
      for (int pod = 0; pod < WORKLOADS * REPLICAS; pod++) {
        cluster.pod(
            namespace,
            namespace + "-pod-" + pod,
            "app" + pod % WORKLOADS,
            Map.of("pod-template-hash", "" + pod),
            io.tidegate.operator.compile.PodView.Phase.Running);
      }
    }
    return cluster.view();
  }

  /** As the caches have it after somebody raised the cap of a route. */
  private static ResourceView withRoute(ResourceView view, int edit) {
    int at = edit * 7 % view.routes().size();
    ModelRoute before = view.routes().get(at);
    ModelRoute after = Serialization.clone(before);
    after.getMetadata().setGeneration(before.getMetadata().getGeneration() + edit);
    List<ModelRoute> routes = new ArrayList<>(view.routes());
    routes.set(at, after);
    return EditedView.withRoutes(view, routes);
  }

  private static ResourceView withProvider(ResourceView view, int edit) {
    ModelProvider after = Serialization.clone(view.providers().getFirst());
    after.getMetadata().setGeneration((long) edit);
    return EditedView.withProviders(view, List.of(after));
  }

  private static List<Taken> measureEdits(
      int rounds, PolicyCompiler compiler, Supplier<ResourceView> edited) {
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      ResourceView view = edited.get();
      taken.add(measure(() -> compiler.compile(view)));
    }
    return taken;
  }

  private static Taken measure(Supplier<Compilation> compile) {
    long wall = System.nanoTime();
    long processor = THREADS.getCurrentThreadCpuTime();
    Compilation compilation = compile.get();
    Taken taken =
        new Taken(
            (System.nanoTime() - wall) / 1e6,
            (THREADS.getCurrentThreadCpuTime() - processor) / 1e6);
    if (compilation.byPod().size() != NAMESPACES * WORKLOADS * REPLICAS) {
      throw new IllegalStateException("not every pod has a configuration");
    }
    return taken;
  }

  private static void report(String what, List<Taken> all) {
    List<Taken> warm = all.subList(all.size() / 3, all.size());
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: first %.1f ms; warm %s of the processor, %s by the clock; %d rounds",
            what,
            all.getFirst().processor(),
            spread(warm.stream().map(Taken::processor).sorted().toList()),
            spread(warm.stream().map(Taken::wall).sorted().toList()),
            warm.size()));
  }

  private static String spread(List<Double> sorted) {
    int last = sorted.size() - 1;
    return String.format(
        Locale.ROOT,
        "%.1f ms (p99 %.1f)",
        sorted.get(last / 2),
        sorted.get(Math.min(last, sorted.size() * 99 / 100)));
  }
}
