package io.tidegate.cli.get;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.cli.CliFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs: this process and the one that started it. Nobody answers at their addresses. */
class SeveralRunsTest {
  private static final long OLDER = ProcessHandle.current().parent().orElseThrow().pid();
  private static final long NEWER = ProcessHandle.current().pid();

  @TempDir Path runtime;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void run() throws IOException {
    write(OLDER, 1, "2026-01-01T00:00:00Z");
    write(NEWER, 2, "2026-01-01T00:00:01Z");
  }

  private void write(long pid, int port, String modified) throws IOException {
    Path run = Files.createDirectories(runtime.resolve("tidegate/run-" + pid));
    Files.writeString(run.resolve("about"), "/projects/dir-" + port + "\n");
    Path kubeconfig =
        Files.writeString(
            run.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: a, cluster: {server: "http://127.0.0.1:%d"}}]
            users: [{name: a, user: {token: x}}]
            contexts: [{name: a, context: {cluster: a, user: a}}]
            current-context: a
            """
                .formatted(port));
    Files.setLastModifiedTime(kubeconfig, FileTime.from(Instant.parse(modified)));
  }

  private String get(String... flags) {
    List<String> args = new java.util.ArrayList<>(List.of("mr"));
    args.addAll(List.of(flags));
    PrintStream ignored =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    String[] message = new String[1];
    assertThatThrownBy(
            () ->
                GetCommand.run(
                    args,
                    ignored,
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    Map.of("XDG_RUNTIME_DIR", runtime.toString())))
        .isInstanceOf(CliFailure.class)
        .satisfies(failure -> message[0] = failure.getMessage() + failure.getCause());
    return message[0];
  }

  @Test
  void theNewestIsShownAndTheOthersAreNamed() {
    assertThat(get()).contains("127.0.0.1:2");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("2 runs are up; this is the newest, --run " + NEWER + " (/projects/dir-2)")
        .contains("--run " + OLDER + " shows /projects/dir-1");
  }

  @Test
  void aRunCanBeChosen() {
    assertThat(get("--run", Long.toString(OLDER))).contains("127.0.0.1:1");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aRunThatIsNotUpIsToldWithThoseThatAre() {
    assertThat(get("--run", "0")).contains("no run 0 is up", "--run " + OLDER, "--run " + NEWER);
  }
}
