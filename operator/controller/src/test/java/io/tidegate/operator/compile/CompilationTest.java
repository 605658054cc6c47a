package io.tidegate.operator.compile;

import static io.tidegate.operator.compile.Cluster.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Order, sharing and size. */
class CompilationTest {

  @Test
  void callsOfAPodWhoseProfileIsMissingAreRefusedAndItsNeighboursAreNot() {
    Compilation compilation =
        new Cluster()
            .provider("team", "p")
            .routeTo("team", "r", "p")
            .pod("team", "odd", Map.of("tidegate.io/profile", "gone"))
            .pod("team", "plain")
            .compile();
    assertThat(compilation.forPod("uid-odd").snapshot().routes().getFirst().heldBack())
        .startsWith("SidecarProfile team/gone: it does not exist")
        .contains("label tidegate.io/profile=gone of the pod", "Create the SidecarProfile");
    assertThat(compilation.forPod("uid-plain").snapshot().routes())
        .allSatisfy(route -> assertThat(route.heldBack()).isNull());
  }

  @Test
  void theOrderInWhichObjectsArriveChangesNothing() {
    Compilation expected = mixed().compile();
    for (long seed = 0; seed < 20; seed++) {
      assertThat(mixed().shuffled(seed).compile()).isEqualTo(expected);
    }
  }

  @Test
  void podsOfOneWorkloadShareOneSnapshotWhateverLabelsNobodyReads() {
    Cluster cluster =
        new Cluster()
            .pod("team", "a", Map.of("pod-template-hash", "1"))
            .pod("team", "b", Map.of("pod-template-hash", "2"))
            .provider("team", "p")
            .routeTo("team", "r", "p");
    Compilation compilation = cluster.compile();
    assertThat(compilation.forPod("uid-a")).isSameAs(compilation.forPod("uid-b"));
    assertThat(compilation.snapshots()).hasSize(1);
  }

  @Test
  void podsThatARouteSelectsApartDoNotShare() {
    Cluster cluster =
        new Cluster()
            .pod("team", "a", Map.of("track", "canary"))
            .pod("team", "b", Map.of("track", "stable"))
            .provider("team", "p")
            .route(
                "team",
                "r",
                "{workloads: {podSelector: {matchLabels: {track: canary}}},"
                    + " rules: [{name: all, targets: [{provider: p, model: m}]}]}");
    Compilation compilation = cluster.compile();
    assertThat(compilation.forPod("uid-a").snapshot().routes()).hasSize(1);
    assertThat(compilation.forPod("uid-b").snapshot().routes()).isEmpty();
  }

  @Test
  void theClustersBudgetLearnsOnceOfAModelThatNamespacesUseWithoutACap() {
    Cluster cluster =
        new Cluster()
            .providerSpec(
                OPERATOR,
                "p",
                "{type: OpenAICompatible, endpoint: 'https://p', models: [{name: m}],"
                    + " allowedNamespaces: {from: All}}")
            .budget(OPERATOR, "t", "{limits: [{name: day, tokens: 9, window: Day}]}");
    for (String namespace : List.of("c", "a", "b")) {
      cluster.routeTo(namespace, "r", "p").pod(namespace, namespace);
    }
    assertThat(cluster.compile().findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("in ModelRoute a/r"));
  }

  @Test
  void whatDidNotChangeIsNotProvedAgain() {
    PolicyCompiler compiler = new PolicyCompiler();
    Compilation before = compiler.compile(mixed().view());
    Compilation after = compiler.compile(mixed().provider("new", "p").pod("new", "pod").view());
    assertThat(after.forPod("uid-one")).isSameAs(before.forPod("uid-one"));
  }

  @Test
  void fiveThousandRoutesInAThousandNamespacesCompileInSeconds() {
    Cluster cluster = new Cluster().provider(OPERATOR, "p", ", allowedNamespaces: {from: All}");
    for (int n = 0; n < 1000; n++) {
      String namespace = "ns" + n;
      cluster.namespace(namespace, Map.of("n", "" + n)).pod(namespace, namespace + "-pod");
      cluster.budget(namespace, "b", "{limits: [{name: n, usd: '1', window: Day}]}");
      for (int r = 0; r < 5; r++) {
        cluster.route(
            namespace,
            "r" + r,
            "{models: [x" + r + "], rules: [{name: all, targets: [{provider: p, model: m}]}]}");
      }
    }
    ResourceView view = cluster.view();
    PolicyCompiler compiler = new PolicyCompiler();
    long start = processorTime();
    Compilation compilation = compiler.compile(view);
    Duration cold = Duration.ofNanos(processorTime() - start);
    start = processorTime();
    assertThat(compiler.compile(view)).isEqualTo(compilation);
    Duration again = Duration.ofNanos(processorTime() - start);
    assertThat(compilation.findings()).isEmpty();
    assertThat(compilation.byPod()).hasSize(1000);
    // Far above what a quiet machine needs: this catches a scan of everything by everything.
    assertThat(cold).as("cold, then again %s", again).isLessThan(Duration.ofSeconds(15));
  }

  /** Nanoseconds that this thread had a processor: a busy machine does not count. */
  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static Cluster mixed() {
    return new Cluster()
        .pod("one", "one")
        .pod("two", "two")
        .provider("one", "p")
        .provider("two", "p")
        .routeTo("one", "a", "p")
        .routeTo("one", "b", "gone")
        .routeTo("two", "c", "p")
        .budget("one", "x", "{limits: [{name: n, usd: '1', window: Day}]}")
        .budget("one", "y", "{limits: [{name: n, tokens: 7, window: Hour}]}");
  }
}
