package io.tidegate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tidegate.layers.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproducibleLayersIT {
  private static final List<String> LAYERS =
      List.of(
          "base",
          "runtime",
          "sidecar/lib",
          "sidecar/aot",
          "sidecar/app",
          "operator/lib",
          "operator/aot",
          "operator/app");

  @TempDir Path work;

  /** Of the same jars; e2e/bin/reproduce compares whole builds. */
  @Test
  void anotherBuilderMakesTheSameBytes() throws Exception {
    assumeFalse(Boolean.getBoolean("tidegate.images.skip"), "images are left out");
    Path layers = Path.of("../layers").toAbsolutePath().normalize();
    Path made = layers.resolve("target/layers");
    asAnotherBuilder(
        Main.class.getName(),
        "../..",
        version(made),
        layers.resolve("modules.txt").toString(),
        layers.resolve("training").toString(),
        "false",
        work.toString());
    for (String layer : LAYERS) {
      Map<String, String> first = digests(made.resolve(layer));
      assertThat(first).as(layer).isNotEmpty();
      assertThat(digests(work.resolve(layer))).as(layer).isEqualTo(first);
    }
  }

  /** Another umask, time zone, language and encoding, and other wishes for every JVM. */
  private void asAnotherBuilder(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 077; exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dfile.encoding=ISO-8859-9", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(words));
    Path log = Files.createTempFile("tidegate-layers-", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("TZ", "Asia/Tokyo");
      builder.environment().put("LC_ALL", "C");
      builder
          .environment()
          .put("JAVA_TOOL_OPTIONS", "-Duser.language=tr -Duser.country=TR -XX:-UseCompressedOops");
      Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    } finally {
      Files.delete(log);
    }
  }

  /** As in the name of the sidecar's jar. */
  private static String version(Path made) throws IOException {
    try (Stream<Path> jars = Files.list(made.resolve("sidecar/app/opt/tidegate/app"))) {
      String name = jars.findFirst().orElseThrow().getFileName().toString();
      return name.substring("tidegate-sidecar-".length(), name.length() - ".jar".length());
    }
  }

  private static Map<String, String> digests(Path layer) throws Exception {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> all = Files.walk(layer)) {
      for (Path file : all.toList()) {
        String name = layer.relativize(file).toString();
        digests.put(name, Files.isDirectory(file) ? "directory" : digest(file));
      }
    }
    return digests;
  }

  private static String digest(Path file) throws Exception {
    byte[] sha = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return Files.getLastModifiedTime(file).toMillis() + " " + HexFormat.of().formatHex(sha);
  }
}
