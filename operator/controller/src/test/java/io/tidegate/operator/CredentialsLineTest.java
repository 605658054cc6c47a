package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.api.ModelProvider;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CredentialsLineTest {
  private static final String KEY = "tidegate-system/openai";
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private Operator operator;
  private StubSidecar sidecar;

  @BeforeEach
  void start() {
    cluster.namespace("team", Map.of("kind", "good"));
    cluster.secret(TestCluster.OPERATOR, "keys", "apiKey", "sk-1\n");
    provider("All}");
    cluster.route("team", "r", TestCluster.OPERATOR + "/openai", 100);
    cluster.pod("team", "app");
    operator = cluster.operator();
    sidecar = new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"));
    until("the first credentials", () -> !credentials().isEmpty());
    until("the first configuration", () -> sidecar.configurations().size() == 1);
    assertThat(newest()).isEqualTo(Map.of(KEY, "sk-1"));
  }

  @AfterEach
  void close() {
    sidecar.close();
    operator.close();
    cluster.close();
    vertx.close().await();
  }

  private void provider(String allowedFrom) {
    provider("keys", allowedFrom);
  }

  private void provider(String secret, String allowedFrom) {
    cluster.apply(
        ModelProvider.class,
        TestCluster.OPERATOR,
        "openai",
        "{type: OpenAI, credentials: {apiKey: {secretRef: {name: "
            + secret
            + "}}}, models: [{name: m}], allowedNamespaces: {from: "
            + allowedFrom
            + "}");
  }

  private List<StreamFrame.Credentials> credentials() {
    return sidecar.all(StreamFrame.Credentials.class);
  }

  private Map<String, String> newest() {
    return credentials().getLast().values();
  }

  @Test
  void aRotatedKeyIsPushedWithoutANewConfiguration() {
    cluster.secret(TestCluster.OPERATOR, "keys", "apiKey", "sk-2");
    until("the new key", () -> newest().equals(Map.of(KEY, "sk-2")));
    assertThat(sidecar.configurations()).hasSize(1);
  }

  @Test
  void aKeyThatComesAfterItsProviderIsPushed() {
    cluster.apply(
        ModelProvider.class,
        TestCluster.OPERATOR,
        "early",
        "{type: OpenAI, credentials: {apiKey: {secretRef: {name: late}}}, models: [{name: m}],"
            + " allowedNamespaces: {from: All}}");
    cluster.route("team", "second", TestCluster.OPERATOR + "/early", 50);
    until("both routes", () -> sidecar.newest().routes().size() == 2);
    cluster.secret(TestCluster.OPERATOR, "late", "apiKey", "sk-late");
    until(
        "the late key",
        () -> newest().equals(Map.of(KEY, "sk-1", "tidegate-system/early", "sk-late")));
  }

  @Test
  void anotherSecretsKeyIsPushedOnceTheProviderNamesIt() {
    cluster.secret(TestCluster.OPERATOR, "others", "apiKey", "sk-other");
    provider("others", "All}");
    until("the other key", () -> newest().equals(Map.of(KEY, "sk-other")));
    assertThat(credentials()).as("and never none").noneMatch(frame -> frame.values().isEmpty());
  }

  @Test
  void theKeyIsInNoConfiguration() {
    assertThat(sidecar.configurations().getFirst().body()).doesNotContain("sk-1");
  }

  @Test
  void aProviderThatIsRemovedTakesItsKeyBack() {
    cluster
        .client()
        .resources(ModelProvider.class)
        .inNamespace(TestCluster.OPERATOR)
        .withName("openai")
        .delete();
    until("no key", () -> newest().isEmpty());
  }

  @Test
  void aProviderThatIsNoLongerUnderstoodTakesItsKeyBack() {
    new StoredByHand(cluster.client(), ModelProvider.class, TestCluster.OPERATOR)
        .put(
            "openai",
            "spec: {type: OpenAI, credentials: {apiKey: {secretRef: {name: keys}}}, models: [{name:"
                + " m}], allowedNamespaces: {from: All}, onlyAtNight: true}");
    until("no key", () -> newest().isEmpty());
    assertThat(sidecar.newest().routes().getFirst().heldBack()).contains("cannot serve");
  }

  @Test
  void aGrantThatIsTakenBackTakesTheKeyBack() {
    provider("Selector, selector: {matchLabels: {kind: good}}}");
    until("the change", () -> sidecar.configurations().size() > 1);
    assertThat(newest()).isEqualTo(Map.of(KEY, "sk-1"));
    provider("Same}");
    until("no key", () -> newest().isEmpty());
  }

  @Test
  void aKeyThatNoSnapshotOfThePodUsesIsNotSent() {
    cluster.secret(TestCluster.OPERATOR, "other", "apiKey", "sk-other");
    cluster.apply(
        ModelProvider.class,
        TestCluster.OPERATOR,
        "unused",
        "{type: Anthropic, credentials: {apiKey: {secretRef: {name: other}}}, models: [{name: m}],"
            + " allowedNamespaces: {from: All}}");
    cluster.secret(TestCluster.OPERATOR, "keys", "apiKey", "sk-2");
    until("the new key", () -> newest().equals(Map.of(KEY, "sk-2")));
    assertThat(credentials())
        .allSatisfy(frame -> assertThat(frame.values().keySet()).containsExactly(KEY));
  }

  @Test
  void aSecretOfANamespaceThatIsNotGrantedIsNotSent() {
    cluster.secret("team", "keys", "apiKey", "sk-team");
    cluster.apply(
        ModelProvider.class,
        "team",
        "own",
        "{type: OpenAI, credentials: {apiKey: {secretRef: {name: keys}}}, models: [{name: m}]}");
    cluster.route("team", "r", "own", 100);
    until("the change", () -> sidecar.configurations().size() > 1);
    until("no key", () -> newest().isEmpty());
  }

  @Test
  void theOperatorsOwnKeyIsNeverACredential() {
    cluster.apply(
        ModelProvider.class,
        TestCluster.OPERATOR,
        "thief",
        "{type: OpenAI, credentials: {apiKey: {secretRef: {name: tidegate-operator-tls, key:"
            + " tls.key}}}, models: [{name: m}], allowedNamespaces: {from: All}}");
    cluster.route("team", "r", TestCluster.OPERATOR + "/thief", 100);
    until("the change", () -> sidecar.configurations().size() > 1);
    until("no key", () -> newest().isEmpty());
  }
}
