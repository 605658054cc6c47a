package io.tidegate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An image as {@code docker save} lays it out, unpacked.
 *
 * @param folder holds manifest, configuration, and one file a layer
 */
record ImageTar(Path folder) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * @param name {@code sidecar} or {@code operator}
   */
  static ImageTar unpack(String name, Path into) throws Exception {
    assumeFalse(
        Boolean.getBoolean("tidegate.images.skip"), "images are left out by tidegate.images.skip");
    Path tar = Path.of("target", name + ".tar").toAbsolutePath();
    assertThat(tar).as("made by the build before this test").exists();
    run("tar", "-xf", tar.toString(), "-C", into.toString());
    return new ImageTar(into);
  }

  JsonNode configuration() throws IOException {
    return JSON.readTree(folder.resolve("config.json").toFile());
  }

  JsonNode manifest() throws IOException {
    return JSON.readTree(folder.resolve("manifest.json").toFile()).path(0);
  }

  /** Files of the layers, the lowest first. */
  List<Path> layers() throws IOException {
    List<Path> layers = new ArrayList<>();
    manifest().path("Layers").forEach(layer -> layers.add(folder.resolve(layer.asText())));
    return layers;
  }

  /** {@code tar -tv} of a layer: mode, owner, size, date, name. */
  static List<String> entries(Path layer) throws Exception {
    return run(
            "tar",
            "--utc",
            "--full-time",
            "--warning=no-unknown-keyword",
            "-tvzf",
            layer.toString())
        .lines()
        .toList();
  }

  /** The root file system, as an engine would lay it. */
  Path rootFileSystem() throws Exception {
    Path root = Files.createDirectory(folder.resolve("rootfs"));
    for (Path layer : layers()) {
      run("tar", "--warning=no-unknown-keyword", "-xzpf", layer.toString(), "-C", root.toString());
    }
    return root;
  }

  static String run(String... command) throws Exception {
    Path out = Files.createTempFile("tidegate-image-", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      String printed = Files.readString(out);
      assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
      return printed;
    } finally {
      Files.delete(out);
    }
  }
}
