package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFilesTest {
  @TempDir Path dir;
  private Path state;
  private Path kept;
  private FetchFixture sidecar;

  @BeforeEach
  void prepare() throws Exception {
    state = dir.resolve("state");
    kept = state.resolve(LastKnownGood.FILE_NAME);
    sidecar = new FetchFixture(dir);
  }

  @AfterEach
  void close() {
    sidecar.close();
  }

  private void keep(String json) throws Exception {
    new LastKnownGood(state).write(io.tidegate.sidecar.config.SnapshotCodec.version(json), json);
  }

  @Test
  void aRestartServesWhatTheStreamSaidLast() throws Exception {
    keep(Snapshots.json("a"));
    keep(Snapshots.json("b"));
    sidecar.adoptFiles(null);
    assertThat(sidecar.version()).isEqualTo(Snapshots.version("b"));
    assertThat(sidecar.held.policy().held().origin()).isEqualTo(Origin.LAST_KNOWN_GOOD);
    assertThat(state).isDirectoryContaining(path -> path.equals(kept));
    assertThat(state.toFile().list()).hasSize(1);
  }

  @Test
  void aTornFileIsNeverAdoptedWhereverItWasTorn() throws Exception {
    keep(Snapshots.json("a"));
    byte[] whole = Files.readAllBytes(kept);
    for (int length = 0; length < whole.length; length++) {
      Files.write(kept, Arrays.copyOf(whole, length));
      assertThat(new LastKnownGood(state).read())
          .as("torn at %s", length)
          .isInstanceOf(LastKnownGood.Found.Unusable.class);
    }
    sidecar.adoptFiles(null);
    assertThat(sidecar.held.policy().current()).isNull();
    assertThat(sidecar.held.status().problems().get("last-known-good"))
        .contains(kept.toString())
        .contains("bytes of");
    assertThat(
            sidecar
                .meters
                .get("tidegate.config.problem")
                .tag("part", "last-known-good")
                .gauge()
                .value())
        .isEqualTo(1);
  }

  @Test
  void aFileWithOneChangedByteIsNeverAdopted() throws Exception {
    keep(Snapshots.json("a"));
    byte[] whole = Files.readAllBytes(kept);
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(kept, changed);
      assertThat(new LastKnownGood(state).read())
          .as("changed at %s", at)
          .isInstanceOf(LastKnownGood.Found.Unusable.class);
    }
  }

  @Test
  void aFileOfAnotherSchemaIsNotAdopted() throws Exception {
    keep(Snapshots.json("a"));
    Files.writeString(kept, Files.readString(kept).replaceFirst("schema=1", "schema=2"));
    sidecar.adoptFiles(null);
    assertThat(sidecar.held.policy().current()).isNull();
    assertThat(sidecar.held.status().problems().get("last-known-good")).contains("has schema 2");
  }

  @Test
  void aKeptFileThatTheEngineCannotRunGivesWayToTheMountedOne() throws Exception {
    keep(Snapshots.semanticallyWrong());
    Path mounted = dir.resolve("mounted.json");
    Files.writeString(mounted, Snapshots.json("m") + "\n");
    sidecar.adoptFiles(mounted);
    assertThat(sidecar.version()).isEqualTo(Snapshots.version("m"));
    assertThat(sidecar.held.policy().held().origin()).isEqualTo(Origin.MOUNTED);
    assertThat(sidecar.held.status().lastRefusal().object()).isEqualTo(Snapshots.ROUTE);
  }

  @Test
  void theKeptFileOutranksTheMountedOne() throws Exception {
    keep(Snapshots.json("a"));
    Path mounted = dir.resolve("mounted.json");
    Files.writeString(mounted, Snapshots.json("m"));
    sidecar.adoptFiles(mounted);
    assertThat(sidecar.version()).isEqualTo(Snapshots.version("a"));
  }

  @Test
  void aMountedFileThatIsMissingOrWrongIsNamed() throws Exception {
    Path mounted = dir.resolve("mounted.json");
    sidecar.adoptFiles(mounted);
    assertThat(sidecar.held.status().problems().get("mounted")).contains(mounted.toString());
    Files.writeString(mounted, "{");
    sidecar.adoptFiles(mounted);
    assertThat(sidecar.held.status().problems().get("mounted")).contains("not a snapshot");
    assertThat(sidecar.held.policy().current()).isNull();
  }

  @Test
  void credentialsSurviveARestartInOneFileThatOnlyTheSidecarReads() throws Exception {
    CredentialStore before = new CredentialStore(dir.resolve("credentials"));
    before.replace(Map.of("support/openai", "sk-1", "support/gone", "sk-2"));
    before.save();
    before.replace(Map.of("support/openai", "sk-3"));
    before.save();

    sidecar.adoptFiles(null);

    assertThat(sidecar.held.credentials().credential("support/openai")).isEqualTo("sk-3");
    assertThat(sidecar.held.credentials().delivered()).isTrue();
    assertThat(sidecar.held.credentials().credential("support/gone")).isNull();
    assertThat(sidecar.held.credentials()).hasToString("CredentialStore[support/openai]");
    Path file = dir.resolve("credentials").resolve(CredentialStore.FILE_NAME);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(dir.resolve("credentials").toFile().list()).hasSize(1);
  }

  @Test
  void damagedCredentialsAreIgnoredAndNothingOfThemIsRepeated() throws Exception {
    Path file = dir.resolve("credentials").resolve(CredentialStore.FILE_NAME);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"a\":\"sk-secret");
    sidecar.adoptFiles(null);
    assertThat(sidecar.held.credentials().names()).isEmpty();
    assertThat(sidecar.held.credentials().delivered()).isFalse();
    assertThat(sidecar.held.status().problems().get("credentials"))
        .contains(file.toString())
        .doesNotContain("sk-secret");
  }
}
