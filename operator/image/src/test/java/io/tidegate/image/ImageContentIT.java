package io.tidegate.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageContentIT {
  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "operator"})
  void itStartsTheProgramAsAUserWithoutRights(String name) throws Exception {
    ImageTar image = ImageTar.unpack(name, work);
    JsonNode configuration = image.configuration();
    assertThat(image.manifest().path("RepoTags").path(0).asText())
        .isEqualTo("tidegate/" + name + ":0.1.0");
    assertThat(configuration.path("created").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(configuration.path("config").path("User").asText()).isEqualTo("65532:65532");
    assertThat(configuration.path("config").path("Entrypoint"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "/opt/java/bin/java",
            "@/opt/tidegate/jvm-options",
            "@/opt/tidegate/launch-options",
            "io.tidegate." + name + ".Main");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "operator"})
  void whatChangesLeastLiesLowest(String name) throws Exception {
    List<Path> layers = ImageTar.unpack(name, work).layers();
    List<String> marks =
        List.of(
            " etc/os-release",
            " opt/java/bin/java",
            " opt/tidegate/lib/netty-common",
            " opt/tidegate/aot/program.aot",
            " opt/tidegate/app/tidegate-" + name);
    assertThat(layers).hasSameSizeAs(marks);
    for (int n = 0; n < marks.size(); n++) {
      assertThat(String.join("\n", ImageTar.entries(layers.get(n)))).contains(marks.get(n));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "operator"})
  void nothingCanBeRunButJavaAndNoModeIsTheBuilders(String name) throws Exception {
    Map<String, Set<String>> byMode = new TreeMap<>();
    for (Path layer : ImageTar.unpack(name, work).layers()) {
      for (String entry : ImageTar.entries(layer)) {
        assertThat(entry).contains(" 0/0 ", " 1970-01-01 00:00:01 ").doesNotContain("->");
        byMode
            .computeIfAbsent(entry.substring(0, 10), mode -> new TreeSet<>())
            .add(entry.substring(entry.lastIndexOf(' ') + 1));
      }
    }
    assertThat(byMode).containsOnlyKeys("-rw-r--r--", "-rwxr-xr-x", "drwxr-xr-x", "drwxrwxrwx");
    assertThat(byMode.get("-rwxr-xr-x"))
        .containsExactly("lib64/ld-linux-x86-64.so.2", "opt/java/bin/java");
    assertThat(byMode.get("drwxrwxrwx")).containsExactly("tmp/");
    assertThat(byMode.get("-rw-r--r--")).contains("lib/x86_64-linux-gnu/libc.so.6");
    assertThat(Path.of("../layers/target/layers/base/lib/x86_64-linux-gnu/libc.so.6"))
        .as("has another mode there than in the image")
        .isExecutable();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "operator"})
  void ourJarsDoNotNameTheToolsOfTheirBuild(String name) throws Exception {
    Path root = ImageTar.unpack(name, work).rootFileSystem();
    for (Path jar : list(root.resolve("opt/tidegate/app"))) {
      try (JarFile open = new JarFile(jar.toFile())) {
        assertThat(open.getManifest().getMainAttributes().keySet())
            .as(jar.getFileName().toString())
            .containsExactly(Attributes.Name.MANIFEST_VERSION);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "operator"})
  void theBillOfMaterialsNamesEveryJarAndPackage(String name) throws Exception {
    Path root = ImageTar.unpack(name, work).rootFileSystem();
    JsonNode bill =
        new JsonMapper().readTree(root.resolve("usr/share/sbom/" + name + ".cdx.json").toFile());
    List<String> billed = new ArrayList<>();
    bill.path("components")
        .forEach(c -> billed.add(c.path("name").asText() + "-" + c.path("version").asText()));
    for (Path jar : list(root.resolve("opt/tidegate/lib"))) {
      assertThat(billed).contains(jar.getFileName().toString().replace(".jar", ""));
    }
    for (Path one : list(root.resolve("var/lib/dpkg/status.d"))) {
      assertThat(billed).anyMatch(entry -> entry.startsWith(one.getFileName() + "-"));
    }
    assertThat(billed).anyMatch(entry -> entry.startsWith("openjdk-25"));
    assertThat(Path.of("target", name + ".cdx.json"))
        .as("the same beside the tar")
        .hasSameBinaryContentAs(root.resolve("usr/share/sbom/" + name + ".cdx.json"));
  }

  @Test
  void theNamesOfAuthoritiesDoNotHangOnTheBuildersLocale() throws Exception {
    Path root = ImageTar.unpack("sidecar", work).rootFileSystem();
    KeyStore authorities =
        KeyStore.getInstance(root.resolve("opt/java/lib/security/cacerts").toFile(), (char[]) null);
    assertThat(Collections.list(authorities.aliases()))
        .hasSizeGreaterThan(100)
        .allMatch(alias -> StandardCharsets.US_ASCII.newEncoder().canEncode(alias));
  }

  private static List<Path> list(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
