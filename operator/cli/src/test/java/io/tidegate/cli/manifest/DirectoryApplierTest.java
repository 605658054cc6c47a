package io.tidegate.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.api.ModelProvider;
import io.tidegate.cli.CrdFiles;
import io.tidegate.cli.embedded.EmbeddedApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryApplierTest {
  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      """;
  private static final String PROVIDER =
      """
      ---
      apiVersion: tidegate.io/v1alpha1
      kind: ModelProvider
      metadata:
        name: local
        namespace: shop
      spec:
        type: OpenAICompatible
        endpoint: http://llm.shop.svc:8080/v1
        tls: {mode: Plaintext}
        models:
          - name: small
            id: small-1
            contextTokens: 8000
            maxOutputTokens: 1000
      """;

  @TempDir Path directory;
  private EmbeddedApi api;
  private KubernetesClient client;
  private DirectoryApplier applier;

  @BeforeEach
  void start() throws IOException {
    api = EmbeddedApi.start("127.0.0.1", 0, (n, s) -> Optional.empty(), InstantSource.system());
    client = api.client();
    CrdFiles.load().forEach(d -> client.resource(d).create());
    applier =
        new DirectoryApplier(
            new ManifestReader(directory), new KnownKinds(CrdFiles.load()), client);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void namespacesComeBeforeWhatLivesInThem() throws IOException {
    write("a-provider.yaml", PROVIDER);
    write("z-namespace.yaml", NAMESPACE);

    DirectoryApplier.Pass pass = applier.apply();

    assertThat(pass.problems()).isEmpty();
    assertThat(pass.changed())
        .containsExactly("created Namespace shop", "created ModelProvider shop/local");
  }

  @Test
  void onlyWhatChangedIsWrittenAgainAndWhatIsGoneIsDeleted() throws IOException {
    write("all.yaml", NAMESPACE + PROVIDER);
    applier.apply();
    assertThat(applier.apply().changed()).isEmpty();

    write("all.yaml", NAMESPACE + PROVIDER.replace("8000", "9000"));
    assertThat(applier.apply().changed()).containsExactly("changed ModelProvider shop/local");
    assertThat(provider().getMetadata().getGeneration()).isEqualTo(2);

    write("all.yaml", NAMESPACE);
    assertThat(applier.apply().changed()).containsExactly("deleted ModelProvider shop/local");
    assertThat(provider()).isNull();
  }

  @Test
  void brokenYamlNamesItsLineAndKeepsTheLastGoodObjects() throws IOException {
    write("all.yaml", NAMESPACE + PROVIDER);
    applier.apply();

    write("all.yaml", NAMESPACE + PROVIDER.replace("metadata:", "metadata: ["));
    DirectoryApplier.Pass pass = applier.apply();

    assertThat(pass.problems()).hasSize(1);
    assertThat(pass.problems().getFirst().line1()).startsWith("all.yaml:").contains("bad YAML");
    assertThat(pass.problems().getFirst().line()).isBetween(7, 9);
    assertThat(provider()).isNotNull();
  }

  @Test
  void aRefusedEditNamesFileLineObjectAndFieldAndKeepsTheStoredOne() throws IOException {
    write("all.yaml", NAMESPACE + PROVIDER);
    applier.apply();

    write("all.yaml", NAMESPACE + PROVIDER.replace("contextTokens: 8000", "contextTokens: many"));
    Problem problem = applier.apply().problems().getFirst();

    assertThat(problem.line1())
        .startsWith("all.yaml:17: ModelProvider shop/local: ModelProvider.tidegate.io \"local\"")
        .contains("spec.models[0].contextTokens: Invalid value");
    assertThat(problem.nextStep()).contains("spec.models[0].contextTokens");
    assertThat(provider().getSpec().models().getFirst().contextTokens()).isEqualTo(8000);
  }

  /** It said "mend spec", which is what the message before it forbids. */
  @Test
  void anEditOfWhatNeverChangesIsToBeTakenBack() throws IOException {
    String prompt =
        """
        ---
        apiVersion: tidegate.io/v1alpha1
        kind: PromptVersion
        metadata: {name: greeting-v1, namespace: shop}
        spec: {prompt: greeting, version: v1, messages: [{role: system, content: Hello}]}
        """;
    write("all.yaml", NAMESPACE + prompt);
    assertThat(applier.apply().problems()).isEmpty();

    write("all.yaml", NAMESPACE + prompt.replace("Hello", "Good evening"));
    Problem problem = applier.apply().problems().getFirst();

    assertThat(problem.what()).contains("a PromptVersion never changes", "create a new one");
    assertThat(problem.nextStep()).startsWith("take the edit back").doesNotContain("mend");
  }

  @Test
  void anUnknownFieldIsFoundOnItsLine() throws IOException {
    write("all.yaml", NAMESPACE + PROVIDER.replace("maxOutputTokens", "maxOutputTokenz"));

    Problem problem = applier.apply().problems().getFirst();

    assertThat(problem.line()).isEqualTo(18);
    assertThat(problem.what()).contains("unknown field \"spec.models[0].maxOutputTokenz\"");
  }

  @Test
  void anUnknownKindNamesTheOneThatWasMeant() throws IOException {
    write("all.yaml", NAMESPACE + PROVIDER.replace("ModelProvider", "ModelProviders"));

    Problem problem = applier.apply().problems().getFirst();

    assertThat(problem.line1()).startsWith("all.yaml:6: ModelProviders shop/local: unknown kind");
    assertThat(problem.nextStep()).isEqualTo("did you mean tidegate.io/v1alpha1 ModelProvider?");
  }

  @Test
  void aKindThatIsMistypedLaterDeletesNothing() throws IOException {
    write("all.yaml", NAMESPACE + PROVIDER);
    applier.apply();

    write("all.yaml", NAMESPACE + PROVIDER.replace("ModelProvider", "ModelProvidr"));
    DirectoryApplier.Pass pass = applier.apply();

    assertThat(pass.problems()).hasSize(1);
    assertThat(pass.changed()).isEmpty();
    assertThat(provider()).isNotNull();
  }

  @Test
  void aMissingNamespaceSaysWhatToAdd() throws IOException {
    write("all.yaml", PROVIDER);

    Problem problem = applier.apply().problems().getFirst();

    assertThat(problem.what()).isEqualTo("namespaces \"shop\" not found");
    assertThat(problem.nextStep()).contains("add a Namespace named shop");
  }

  @Test
  void theSameObjectInTwoFilesCountsOnce() throws IOException {
    write("a.yaml", NAMESPACE + PROVIDER);
    write("b.yaml", PROVIDER.replace("8000", "4000"));

    List<Problem> problems = applier.apply().problems();

    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().what()).startsWith("stands in a.yaml:5 already");
    assertThat(provider().getSpec().models().getFirst().contextTokens()).isEqualTo(8000);
  }

  private ModelProvider provider() {
    return client.resources(ModelProvider.class).inNamespace("shop").withName("local").get();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
