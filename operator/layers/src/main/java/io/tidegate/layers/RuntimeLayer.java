package io.tidegate.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Java runtime of only the modules that the programs need, made by the JDK that runs this. */
final class RuntimeLayer {
  static final String HOME = "/opt/java";

  /** Tools, and what only tools read. */
  private static final List<String> LEFT_OUT =
      List.of("lib/classlist", "lib/jexec", "lib/jrt-fs.jar", "lib/jspawnhelper");

  private RuntimeLayer() {}

  /** What the runtime depends on, apart from the list of modules and the certificates. */
  static String jdk() throws IOException {
    return Files.readString(jdkHome().resolve("release"));
  }

  static void fill(Tree tree, List<String> modules, TrustedRoots roots, Path work)
      throws IOException {
    Tree.delete(work);
    Command.of(
            work.getParent(),
            jdkHome().resolve("bin/jlink").toString(),
            "--add-modules",
            String.join(",", modules),
            "--no-header-files",
            "--no-man-pages",
            "--output",
            work.toString())
        .run();
    for (Path file : Tree.files(work)) {
      String name = work.relativize(file).toString();
      if (Files.isRegularFile(file) && isKept(name)) {
        tree.copy(file, HOME + "/" + name);
      }
    }
    tree.bytes(HOME + "/lib/security/cacerts", roots.keyStore());
  }

  private static boolean isKept(String name) {
    return name.startsWith("bin/") ? name.equals("bin/java") : !LEFT_OUT.contains(name);
  }

  private static Path jdkHome() {
    return Path.of(System.getProperty("java.home"));
  }
}
