package io.tidegate.operator.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.operator.compile.EditedCluster.Edit;
import io.tidegate.operator.compile.PolicyCompiler.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** What a compiler remembers changes what a compilation costs, and nothing else. */
class IncrementalCompileTest {
  private static final int NAMESPACES = 20;
  private static final int ROUTES = 3;

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Combinators.combine(Arbitraries.integers(), Arbitraries.integers())
        .as(Edit::new)
        .list()
        .ofMinSize(30)
        .ofMaxSize(90);
  }

  @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
  void afterEachEditItGivesWhatACompilerGivesThatKnowsNothing(@ForAll("edits") List<Edit> edits) {
    EditedCluster cluster = new EditedCluster();
    PolicyCompiler compiler = new PolicyCompiler();
    for (Edit edit : edits) {
      cluster.edit(edit);
      ResourceView view = cluster.view();
      assertThat(compiler.compile(view)).isEqualTo(new PolicyCompiler().compile(view));
    }
  }

  @Example
  void anEditOfOneRouteCompilesThatRouteAndItsNamespaceAlone() {
    ResourceView view = cluster().view();
    assertThat(workOf(view, view)).isEqualTo(new Work(0, 0));
    assertThat(
            workOf(
                view, EditedView.withRoutes(view, routes(view, 7, IncrementalCompileTest::edited))))
        .isEqualTo(new Work(1, 1));
  }

  @Example
  void aStatusThatWasWrittenCompilesNothing() {
    ResourceView view = cluster().view();
    assertThat(workOf(view, EditedView.withRoutes(view, routes(view, 7, Serialization::clone))))
        .isEqualTo(new Work(0, 0));
  }

  @Example
  void aPodThatComesCompilesItsNamespaceAlone() {
    assertThat(workOf(cluster().view(), cluster().pod("ns3", "late").view()))
        .isEqualTo(new Work(0, 1));
  }

  @Example
  void anEditOfAProviderThatAllRoutesNameCompilesAllOfThem() {
    ResourceView view = cluster().view();
    ModelProvider provider = Serialization.clone(view.providers().getFirst());
    provider.getMetadata().setGeneration(2L);
    ResourceView edited = EditedView.withProviders(view, List.of(provider));
    assertThat(workOf(view, edited)).isEqualTo(new Work(1 + NAMESPACES * ROUTES, NAMESPACES));
  }

  /** The engine's word on an object is remembered like any other. */
  @Example
  void anObjectThatTheEngineRejectsCostsTheOthersNothing() {
    assertThat(workOf(broken().view(), broken().view())).isEqualTo(new Work(0, 0));
  }

  private static Cluster broken() {
    return cluster().budget("ns1", "b", "{limits: [{name: day, usd: '1'}]}");
  }

  private static Work workOf(ResourceView before, ResourceView after) {
    PolicyCompiler compiler = new PolicyCompiler();
    compiler.compile(before);
    compiler.compile(after);
    return compiler.work();
  }

  private static Cluster cluster() {
    Cluster cluster =
        new Cluster().provider(Cluster.OPERATOR, "p", ", allowedNamespaces: {from: All}");
    for (int n = 0; n < NAMESPACES; n++) {
      String namespace = "ns" + n;
      cluster.namespace(namespace, Map.of()).pod(namespace, namespace + "-pod");
      for (int r = 0; r < ROUTES; r++) {
        cluster.routeTo(namespace, "r" + r, "p");
      }
    }
    return cluster;
  }

  private static ModelRoute edited(ModelRoute route) {
    ModelRoute edited = Serialization.clone(route);
    edited.getMetadata().setGeneration(2L);
    return edited;
  }

  private static List<ModelRoute> routes(
      ResourceView view, int at, UnaryOperator<ModelRoute> change) {
    List<ModelRoute> routes = new ArrayList<>(view.routes());
    routes.set(at, change.apply(routes.get(at)));
    return routes;
  }
}
