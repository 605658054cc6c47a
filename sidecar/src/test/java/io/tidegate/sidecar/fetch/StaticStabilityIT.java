package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticStabilityIT {
  private static final String SECRET = "sk-very-secret";
  @TempDir Path keys;
  @TempDir Path dir;

  @Test
  void aRestartWithTheOperatorGoneHasConfigurationAndCredentials() throws Exception {
    Certificates certificates = Certificates.selfSigned(keys, "operator");
    Vertx vertx = Vertx.vertx();
    int port;
    try (FakeOperator operator = new FakeOperator(vertx, certificates, 0, true);
        FetchFixture sidecar = new FetchFixture(dir)) {
      port = operator.port();
      sidecar.start(port, certificates.pem());
      operator.stream()
          .hello("s1")
          .credentials("support/openai", SECRET)
          .configuration(1, Snapshots.json("a"));
      operator.acknowledgement();
      assertThat(sidecar.held.credentials().credential("support/openai")).isEqualTo(SECRET);
    }
    assertThat(filesWith(SECRET))
        .containsExactly(dir.resolve("credentials").resolve(CredentialStore.FILE_NAME));

    try (FetchFixture restarted = new FetchFixture(dir)) {
      restarted.adoptFiles(null).start(port, certificates.pem());
      assertThat(restarted.version()).isEqualTo(Snapshots.version("a"));
      assertThat(restarted.held.credentials().credential("support/openai")).isEqualTo(SECRET);
      FetchFixture.until(
          "it has tried",
          () -> restarted.held.status().stream().phase() == FetchStatus.Phase.WAITING);

      try (FakeOperator back = new FakeOperator(vertx, certificates, port, true)) {
        var stream = back.stream();
        assertThat(stream.heldVersion()).isEqualTo(Snapshots.version("a"));
        stream.hello("s2").configuration(1, Snapshots.json("b"));
        back.acknowledgement();
        assertThat(restarted.version()).isEqualTo(Snapshots.version("b"));
      }
    } finally {
      FakeOperator.await(vertx.close());
    }
  }

  @Test
  void aStateDirectoryThatCannotBeWrittenCostsNoConfiguration() throws Exception {
    Certificates certificates = Certificates.selfSigned(keys, "operator");
    Files.writeString(dir.resolve("state"), "a file where a directory should be");
    Files.writeString(dir.resolve("credentials"), "likewise");
    Vertx vertx = Vertx.vertx();
    try (FakeOperator operator = new FakeOperator(vertx, certificates, 0, true);
        FetchFixture sidecar = new FetchFixture(dir)) {
      sidecar.adoptFiles(null).start(operator.port(), certificates.pem());
      operator.stream()
          .hello("s1")
          .credentials("support/openai", SECRET)
          .configuration(1, Snapshots.json("a"));
      assertThat(operator.acknowledgement().getString("verdict")).isEqualTo("Running");
      assertThat(sidecar.version()).isEqualTo(Snapshots.version("a"));
      assertThat(sidecar.held.credentials().credential("support/openai")).isEqualTo(SECRET);
      assertThat(sidecar.held.status().problems()).containsKeys("last-known-good", "credentials");
      assertThat(sidecar.held.status().problems().toString()).doesNotContain(SECRET);
    } finally {
      FakeOperator.await(vertx.close());
    }
  }

  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files.filter(Files::isRegularFile).filter(file -> read(file).contains(text)).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
