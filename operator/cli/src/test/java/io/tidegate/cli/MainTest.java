package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
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
  void helpAndVersionAreNoErrors() {
    assertThat(run("help")).isZero();
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
