package io.tidegate.e2e.corpus;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CrdFiles;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.e2e.cluster.Definitions;
import io.tidegate.e2e.cluster.Ran;
import io.tidegate.e2e.cluster.SharedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a person meets who types kubectl: on a real API server, with its own program. */
@ExtendWith(SharedCluster.class)
final class DefinitionsIT {
  private static final String ROUTE =
      """
      apiVersion: tidegate.io/v1alpha1
      kind: ModelRoute
      metadata: {name: typo, namespace: NAMESPACE}
      spec:
        rules:
          - name: all
            targets: [{provider: p, model: m, wieght: 2}]
      """;
  private static final String PROMPT =
      """
      apiVersion: tidegate.io/v1alpha1
      kind: PromptVersion
      metadata: {name: greeting-v1, namespace: NAMESPACE}
      spec:
        prompt: greeting
        version: v1
        messages: [{role: system, content: "TEXT"}]
      """;

  private static Cluster cluster;
  private static KubernetesClient admin;
  private static String namespace;

  @TempDir Path work;

  @BeforeAll
  static void establish(Cluster shared) {
    cluster = shared;
    admin = cluster.admin();
    Definitions.apply(admin);
    namespace = cluster.newNamespace("definitions");
  }

  @AfterAll
  static void stop() {
    admin.close();
  }

  @Test
  void everyObjectThatWeShowIsTakenByAServerSideDryRun() throws IOException {
    List<Path> files = new ArrayList<>(SampleFiles.yaml());
    files.addAll(SampleFiles.shownInPages(work));
    assertThat(files).hasSizeGreaterThan(6);
    for (Path file : files) {
      SampleFiles.namespaces(file).forEach(DefinitionsIT::ensureNamespace);
    }
    for (Path file : files) {
      assertThat(apply(file, "--server-side", "--dry-run=server").orFail())
          .as(file.toString())
          .contains("serverside-applied (server dry run)");
    }
  }

  @Test
  void explainHasASentenceForEveryKindAndEachFieldOfItsSpec() {
    for (CustomResourceDefinition crd : CrdFiles.load()) {
      String plural = crd.getSpec().getNames().getPlural();
      explained(plural);
      explained(plural + ".spec");
    }
    explained("mr.spec.rules");
    assertThat(explain("mr.spec.rules.fallback").orFail())
        .contains("Which failures lead to another target");
  }

  /**
   * It prints a field's own text, then each of its fields with a text of its own. The server
   * publishes a definition a moment after it took it.
   */
  private static void explained(String path) {
    until(
        () -> path + " is explained: " + explain(path),
        () -> {
          Ran ran = explain(path);
          String text = ran.out().replaceAll("(?s).*DESCRIPTION:\\s*", "");
          return ran.exit() == 0
              && !text.isBlank()
              && !text.contains("<empty>")
              && !text.contains("<no description>");
        });
  }

  private static Ran explain(String path) {
    return cluster.run("kubectl", "explain", path);
  }

  @Test
  void aMistypedFieldIsRefusedWithItsPathHoweverItIsApplied() throws IOException {
    Path file = file("typo", ROUTE);
    Ran applied = apply(file);
    assertThat(applied.exit()).isNotZero();
    assertThat(applied.err()).contains("unknown field \"spec.rules[0].targets[0].wieght\"");
    Ran merged = apply(file, "--server-side");
    assertThat(merged.exit()).isNotZero();
    assertThat(merged.err()).contains(".spec.rules[name=\"all\"].targets[0].wieght");
  }

  @Test
  void aPromptVersionNeverChangesAndSaysWhatToDoInstead() throws IOException {
    apply(file("prompt", PROMPT.replace("TEXT", "Good morning"))).orFail();
    for (String how : List.of("--server-side=false", "--server-side=true")) {
      Ran changed = apply(file("prompt", PROMPT.replace("TEXT", "Good evening")), how);
      assertThat(changed.exit()).isNotZero();
      assertThat(changed.err()).contains("spec", "a PromptVersion never changes");
    }
    apply(file("prompt", PROMPT.replace("TEXT", "Good morning"))).orFail();
  }

  private Path file(String name, String yaml) throws IOException {
    return Files.writeString(work.resolve(name + ".yaml"), yaml.replace("NAMESPACE", namespace));
  }

  private static Ran apply(Path file, String... flags) {
    List<String> arguments = new ArrayList<>(List.of("apply", "--filename", file.toString()));
    arguments.addAll(List.of(flags));
    return cluster.run("kubectl", arguments.toArray(String[]::new));
  }

  /** A dry run makes no namespace for what follows. */
  private static void ensureNamespace(String name) {
    if (admin.namespaces().withName(name).get() == null) {
      admin
          .namespaces()
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
  }
}
