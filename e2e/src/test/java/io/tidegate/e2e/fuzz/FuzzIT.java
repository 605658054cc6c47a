package io.tidegate.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidegate.e2e.OperatorProcess;
import io.tidegate.operator.admit.AdmissionFuzz;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets Jazzer look for bytes that a reader does not survive, with a bound on memory, for as many
 * seconds as {@code -Dtidegate.fuzz.seconds} says. All targets run at once. Without it only the
 * seeds are tried: what a search finds by chance must not fail a change that has no part in it.
 */
class FuzzIT {
  private static final int SECONDS = Integer.getInteger("tidegate.fuzz.seconds", 0);
  private static final Pattern WORD = Pattern.compile("\"[a-zA-Z_]{2,30}\"");

  private static final Pattern NEEDED =
      Pattern.compile(
          "/(tidegate-[a-z-]+|jazzer(-api)?|jackson-(core|databind|annotations|data.*)|snakeyaml(-engine)?"
              + "|vertx-core(-logging)?|netty-(buffer|common|transport|handler|resolver|codec-.*)"
              + "|kubernetes-(model-(core|common)|client-api)|zjsonpatch|micrometer-.*"
              + "|slf4j-.*|re2j)-[0-9][^/]*[.]jar$");

  @TempDir Path work;
  private final List<Run> runs = new ArrayList<>();

  /** What a fuzzer calls, and what it begins with. */
  private record Target(Class<?> type, List<byte[]> seeds, Reader reader) {
    static Target of(Class<?> type, List<String> seeds, Reader reader) {
      return new Target(
          type,
          seeds.stream().map(seed -> seed.getBytes(StandardCharsets.ISO_8859_1)).toList(),
          reader);
    }
  }

  @FunctionalInterface
  private interface Reader {
    void read(byte[] input) throws IOException;
  }

  private static List<Target> targets() throws IOException {
    return List.of(
        Target.of(SnapshotFuzz.class, SnapshotFuzz.seeds(), SnapshotFuzz::fuzzerTestOneInput),
        Target.of(RequestFuzz.class, RequestFuzz.seeds(), RequestFuzz::fuzzerTestOneInput),
        Target.of(AnswerFuzz.class, AnswerFuzz.seeds(), AnswerFuzz::fuzzerTestOneInput),
        Target.of(AdmissionFuzz.class, AdmissionFuzz.seeds(), AdmissionFuzz::fuzzerTestOneInput));
  }

  private record Run(Class<?> target, Path directory, Process process) {}

  @AfterEach
  void end() {
    runs.forEach(run -> run.process().destroyForcibly());
  }

  @Test
  void everySeedIsRead() throws Exception {
    for (Target target : targets()) {
      for (byte[] seed : target.seeds()) {
        target.reader().read(seed);
      }
    }
  }

  @Test
  void noBytesAreTooMuchForAReader() throws Exception {
    assumeTrue(SECONDS > 0, "give -Dtidegate.fuzz.seconds");
    for (Target target : targets()) {
      start(target);
    }
    for (Run run : runs) {
      assertThat(run.process().waitFor(SECONDS + 900L, TimeUnit.SECONDS))
          .as("%s has ended", run.target())
          .isTrue();
      String log = Files.readString(run.directory().resolve("log"));
      assertThat(run.process().exitValue())
          .as("%s, reproduced by the Base64 at the end of%n%s", run.target().getName(), tail(log))
          .isZero();
      assertThat(log).as("new inputs that reached more code").containsPattern("cov: [0-9]{3,}");
    }
  }

  private void start(Target fuzzed) throws IOException {
    Class<?> target = fuzzed.type();
    Path directory = Files.createDirectories(work.resolve(target.getSimpleName()));
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    Set<String> words = new TreeSet<>();
    for (int i = 0; i < fuzzed.seeds().size(); i++) {
      byte[] seed = fuzzed.seeds().get(i);
      Files.write(corpus.resolve("seed-" + i), seed);
      WORD.matcher(new String(seed, StandardCharsets.ISO_8859_1))
          .results()
          .map(MatchResult::group)
          .forEach(words::add);
    }
    Path dictionary = directory.resolve("words");
    Files.write(
        dictionary, words.stream().map(word -> "\"" + word.replace("\"", "\\\"") + "\"").toList());
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
            "-cp",
            classPath(),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target.getName(),
            "--instrumentation_includes=io.tidegate.**:com.fasterxml.jackson.core.**",
            "--custom_hook_includes=io.tidegate.**",
            "--reproducer_path=" + directory,
            "-artifact_prefix=" + directory + "/",
            "-dict=" + dictionary,
            "-seed=1",
            "-max_len=20000",
            "-timeout=60",
            "-rss_limit_mb=2048",
            "-max_total_time=" + SECONDS,
            corpus.toString());
    Process process =
        command.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
    runs.add(new Run(target, directory, process));
  }

  /** The fuzzer reads all of the class path before it begins. */
  private static String classPath() {
    return Arrays.stream(OperatorProcess.classPath().split(File.pathSeparator))
        .filter(entry -> !entry.endsWith(".jar") || NEEDED.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String tail(String log) {
    return log.substring(Math.max(0, log.length() - 6_000));
  }
}
