package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WithdrawalIT {
  private static final String NAME = "support/openai";
  private static final String REFUSAL =
      "{\"reason\":\"EphemeralContainer\",\"message\":\"Pod support/desk gets no configuration\"}";

  @TempDir Path keys;
  @TempDir Path dir;
  private Vertx vertx;
  private Certificates certificates;
  private FakeOperator operator;
  private FetchFixture sidecar;
  private FakeOperator.Connected stream;

  @BeforeEach
  void startWithACredential() throws Exception {
    certificates = Certificates.selfSigned(keys, "operator");
    vertx = Vertx.vertx();
    operator = new FakeOperator(vertx, certificates, 0, true);
    sidecar = new FetchFixture(dir).start(operator.port(), certificates.pem());
    stream =
        operator.stream()
            .hello("s1")
            .credentials(NAME, "sk-1")
            .configuration(1, Snapshots.json("a"));
    operator.acknowledgement();
    assertThat(sidecar.held.credentials().credential(NAME)).isEqualTo("sk-1");
    operator.refusal = REFUSAL;
  }

  @AfterEach
  void stop() {
    sidecar.close();
    operator.close();
    FakeOperator.await(vertx.close());
  }

  private Path file() {
    return dir.resolve("credentials").resolve(CredentialStore.FILE_NAME);
  }

  @Test
  void aPodThatIsNotTrustedAnyMoreLosesItsCredentialsAndKeepsItsConfiguration() throws Exception {
    operator.streamStatus = 403;
    stream.cut();
    FetchFixture.until("no file is left", () -> !file().toFile().exists());
    FetchFixture.until(
        "what happened is said", () -> sidecar.held.credentials().withdrawn() != null);
    assertThat(sidecar.held.credentials().credential(NAME)).isNull();
    assertThat(sidecar.held.credentials().withdrawn())
        .isEqualTo("Pod support/desk gets no configuration");
    assertThat(sidecar.held.status().problems().get("credentials")).contains("Pod support/desk");
    assertThat(sidecar.version()).isEqualTo(Snapshots.version("a"));

    operator.streamStatus = 200;
    operator.stream().hello("s2").credentials(NAME, "sk-2").configuration(2, Snapshots.json("b"));
    operator.acknowledgement();
    assertThat(sidecar.held.credentials().credential(NAME)).isEqualTo("sk-2");
    assertThat(sidecar.held.credentials().withdrawn()).isNull();
    assertThat(file()).exists();
    assertThat(sidecar.held.status().problems()).doesNotContainKey("credentials");
  }

  /** So that nobody is told of allowedNamespaces until the next try is refused. */
  @Test
  void aGoodbyeAfterCredentialsWereTakenBackSaysWhyTheyWere() throws Exception {
    stream.noCredentials().goodbye("Pod support/desk may not have credentials", 60_000);
    FetchFixture.until(
        "what happened is said", () -> sidecar.held.credentials().withdrawn() != null);
    assertThat(sidecar.held.credentials().withdrawn())
        .isEqualTo("Pod support/desk may not have credentials");
    assertThat(sidecar.held.credentials().credential(NAME)).isNull();
    FetchFixture.until("no file is left", () -> !file().toFile().exists());
    assertThat(sidecar.held.status().problems().get("credentials")).contains("Pod support/desk");
  }

  @Test
  void aGoodbyeToASidecarThatHasNoCredentialsTakesNoneBack() throws Exception {
    stream.noCredentials().configuration(2, Snapshots.json("b"));
    operator.acknowledgement();
    int before = operator.connects.get();
    stream.goodbye(0);
    operator.stream();
    assertThat(operator.connects.get()).isEqualTo(before + 1);
    assertThat(sidecar.held.credentials().withdrawn()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 429, 500, 503})
  void anyOtherAnswerLeavesTheCredentials(int status) {
    operator.streamStatus = status;
    int before = operator.connects.get();
    stream.cut();
    FetchFixture.until("two refusals", () -> operator.connects.get() >= before + 2);
    assertThat(sidecar.held.credentials().credential(NAME)).isEqualTo("sk-1");
    assertThat(sidecar.held.credentials().withdrawn()).isNull();
    assertThat(file()).exists();
  }

  @Test
  void anOperatorThatIsAnotherSinceTheInjectionLeavesTheCredentials() {
    operator.streamStatus = 403;
    operator.refusal =
        "{\"reason\":\"ForeignAuthority\",\"message\":\"m\",\"credentials\":\"kept\"}";
    int before = operator.connects.get();
    stream.cut();
    FetchFixture.until("two refusals", () -> operator.connects.get() >= before + 2);
    assertThat(sidecar.held.credentials().credential(NAME)).isEqualTo("sk-1");
    assertThat(file()).exists();
  }

  @Test
  void anOperatorThatIsGoneLeavesTheCredentials() throws Exception {
    stream.cut();
    operator.close();
    FetchFixture.until(
        "a try in vain", () -> sidecar.held.status().stream().phase() == FetchStatus.Phase.WAITING);
    assertThat(sidecar.held.credentials().credential(NAME)).isEqualTo("sk-1");
    assertThat(file()).exists();
    operator = new FakeOperator(vertx, certificates, 0, true);
  }
}
