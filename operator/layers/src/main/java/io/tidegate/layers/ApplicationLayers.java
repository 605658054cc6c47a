package io.tidegate.layers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A program's jars in two layers, what others wrote and what we wrote, with the argument files that
 * start it: {@code java @jvm-options @launch-options MAIN}.
 *
 * @param ours jars of this project
 * @param others the rest
 */
record ApplicationLayers(Program program, List<Path> ours, List<Path> others) {
  static final String HOME = "/opt/tidegate";

  private static final String NATIVE_JARS = "netty-transport-native-epoll-";
  private static final String NATIVE_ENTRY =
      "META-INF/native/libnetty_transport_native_epoll_x86_64.so";

  /** Where the JVM looks for native libraries by itself. */
  private static final String NATIVE_FOLDER = "/usr/lib/";

  static ApplicationLayers of(Program program, Path root, String version) throws IOException {
    List<Path> jars = new ArrayList<>(List.of(program.jar(root, version)));
    try (Stream<Path> libraries = Files.list(program.libraries(root))) {
      libraries.sorted().forEach(jars::add);
    }
    return new ApplicationLayers(
        program,
        jars.stream().filter(ApplicationLayers::isOurs).toList(),
        jars.stream().filter(jar -> !isOurs(jar)).toList());
  }

  private static boolean isOurs(Path jar) {
    return jar.getFileName().toString().startsWith("tidegate-");
  }

  /** Depends on all of the content. */
  ContentKey key() throws IOException {
    ContentKey key = new ContentKey().with(program.jvmOptions()).with(launchOptions());
    for (Path jar : ours) {
      key.with(jar);
    }
    for (Path jar : others) {
      key.with(jar);
    }
    return key;
  }

  /**
   * Netty's native library lies where the JVM finds it, not in its jar: it would be unpacked at
   * each start, into a directory that must be writable and executable.
   */
  void fillLibraries(Tree tree) throws IOException {
    for (Path jar : others) {
      if (isNative(jar)) {
        unpackNative(jar, tree);
      } else {
        tree.copy(jar, HOME + "/lib/" + jar.getFileName());
      }
    }
  }

  void fillApplication(Tree tree) throws IOException {
    for (Path jar : ours) {
      tree.copy(jar, HOME + "/app/" + jar.getFileName());
    }
    tree.text(HOME + "/jvm-options", program.jvmOptions());
    tree.text(HOME + "/launch-options", launchOptions());
  }

  private String launchOptions() {
    return "-XX:AOTCache=" + AotLayer.CACHE + "\n-cp\n" + String.join(":", classPath()) + "\n";
  }

  /** Absolute paths in the image; nothing is left to a wildcard's order. */
  List<String> classPath() {
    List<String> paths = new ArrayList<>();
    ours.forEach(jar -> paths.add(HOME + "/app/" + jar.getFileName()));
    others.stream()
        .filter(jar -> !isNative(jar))
        .forEach(jar -> paths.add(HOME + "/lib/" + jar.getFileName()));
    return paths;
  }

  private static boolean isNative(Path jar) {
    return jar.getFileName().toString().startsWith(NATIVE_JARS);
  }

  private static void unpackNative(Path jar, Tree tree) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry library = zip.getEntry(NATIVE_ENTRY);
      if (library != null) {
        try (InputStream in = zip.getInputStream(library)) {
          tree.bytes(
              NATIVE_FOLDER + NATIVE_ENTRY.substring(NATIVE_ENTRY.lastIndexOf('/') + 1),
              in.readAllBytes());
        }
      }
    }
  }
}
