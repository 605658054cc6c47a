package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  /** Nobody listens on port 1. */
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}]
      users: [{name: a, user: {token: x}}]
      contexts: [{name: a, context: {cluster: a, user: a}}]
      current-context: a
      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void anUnknownCommandOrFlagIsAnErrorOfUse() {
    assertThat(run("upp")).isEqualTo(2);
    assertThat(err()).contains("unknown command \"upp\"").contains("next: tidegate help");
    assertThat(run("up", "--quite", "dir")).isEqualTo(2);
    assertThat(err()).contains("unknown flag \"--quite\" of tidegate up");
    assertThat(run("get")).isEqualTo(2);
    assertThat(run("get", "modelrouts")).isEqualTo(2);
    assertThat(err()).contains("unknown kind \"modelrouts\"");
    assertThat(run("up", "--ready-file")).isEqualTo(2);
    assertThat(err()).contains("--ready-file needs a value");
  }

  @Test
  void aDirectoryThatIsMissingOrEmptySaysSo(@TempDir Path empty) {
    assertThat(run("up", empty.resolve("nowhere").toString())).isEqualTo(1);
    assertThat(err()).contains("nowhere does not exist");
    assertThat(run("up", empty.toString())).isEqualTo(1);
    assertThat(err()).contains("holds no .yaml or .yml file");
  }

  @Test
  void aKubeconfigThatIsNoneOrLeadsNowhereSaysSoAtOnce(@TempDir Path work) throws IOException {
    Path none = Files.writeString(work.resolve("none"), "hello");
    assertThat(run("get", "mr", "--kubeconfig", none.toString())).isEqualTo(1);
    assertThat(err()).contains("none is no kubeconfig").contains("next: give another");
    Path nowhere = Files.writeString(work.resolve("nowhere"), KUBECONFIG);
    assertThat(run("get", "mr", "--kubeconfig", nowhere.toString())).isEqualTo(1);
    assertThat(err()).contains("the API does not answer").contains("next:");
    Path directory = Files.createDirectory(work.resolve("dir"));
    Files.writeString(directory.resolve("a.yaml"), "# nothing yet\n");
    for (Path bad : List.of(none, nowhere, work.resolve("missing"))) {
      assertThat(run("up", directory.toString(), "--kubeconfig", bad.toString())).isEqualTo(1);
      assertThat(err()).contains(bad.toString()).contains("next: ");
    }
  }

  @Test
  void aReadyFileThatCannotBeWrittenIsToldBeforeAnythingStarts(@TempDir Path work)
      throws IOException {
    Files.writeString(work.resolve("a.yaml"), "# nothing yet\n");
    String file = work.resolve("missing/ready.json").toString();
    assertThat(run("up", work.toString(), "--ready-file", file)).isEqualTo(1);
    assertThat(err()).contains(file + " cannot be written").contains("next: give --ready-file");
  }

  @Test
  void helpAndVersionAreNoErrors() {
    assertThat(run("help")).isZero();
    assertThat(run("up", "--help")).isZero();
    assertThat(run("get", "-h")).isZero();
    assertThat(run("version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("tidegate up DIR", "tidegate 0.1.0");
  }

  private int run(String... args) {
    err.reset();
    return Main.run(
        List.of(args),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
