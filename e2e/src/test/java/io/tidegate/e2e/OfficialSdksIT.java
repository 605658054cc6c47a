package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The official SDKs, unmodified, each as a process that knows nothing but the environment that
 * injection gave the pod. Every scenario of a program is a test.
 */
class OfficialSdksIT {
  private static Line line;

  @BeforeAll
  static void up() {
    line = Line.up(Line.root().resolve("e2e/src/test/resources/line"));
  }

  @AfterAll
  static void down() {
    line.close();
  }

  @TestFactory
  Stream<DynamicTest> openaiJava() {
    return scenarios(line.run("sdk-app", java("io.tidegate.e2e.sdk.OpenAiJavaProgram")), 11);
  }

  @TestFactory
  Stream<DynamicTest> anthropicJava() {
    return scenarios(line.run("sdk-app", java("io.tidegate.e2e.sdk.AnthropicJavaProgram")), 9);
  }

  @TestFactory
  Stream<DynamicTest> openaiNode() throws IOException {
    return scenarios(line.run("sdk-app", "node", node("openai.mjs")), 10);
  }

  @TestFactory
  Stream<DynamicTest> anthropicNode() throws IOException {
    return scenarios(line.run("sdk-app", "node", node("anthropic.mjs")), 9);
  }

  private static String[] java(String main) {
    return new String[] {
      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
      "-cp",
      System.getProperty("java.class.path")
          + File.pathSeparator
          + System.getProperty("surefire.test.class.path", ""),
      main
    };
  }

  /** The Node program, with its packages installed from the lock file where they are not yet. */
  private static String node(String program) throws IOException {
    Path folder = Line.root().resolve("e2e/node");
    if (!Files.isDirectory(folder.resolve("node_modules/openai"))) {
      Path log = Files.createTempFile("tidegate-npm-", ".log");
      Process npm =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      npm.onExit().orTimeout(600, TimeUnit.SECONDS).join();
      assertThat(folder.resolve("node_modules/openai"))
          .as("npm ci in e2e/node (Node 20 and npm are prerequisites): " + Files.readString(log))
          .isDirectory();
      Files.delete(log);
    }
    return folder.resolve(program).toString();
  }

  private static Stream<DynamicTest> scenarios(List<String> printed, int expected) {
    List<String[]> results =
        printed.stream().map(l -> l.split("\t", 3)).filter(parts -> parts.length == 3).toList();
    Stream<DynamicTest> each =
        results.stream()
            .map(
                parts ->
                    DynamicTest.dynamicTest(
                        parts[0], () -> assertThat(parts[1]).as(parts[2]).isEqualTo("ok")));
    DynamicTest all =
        DynamicTest.dynamicTest(
            "all scenarios ran",
            () -> assertThat(results).as(String.join("\n", printed)).hasSize(expected));
    return Stream.concat(each, Stream.of(all));
  }
}
