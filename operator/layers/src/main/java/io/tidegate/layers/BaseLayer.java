package io.tidegate.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a Java runtime needs beneath it, and nothing that can be run: the C library, public
 * certificate authorities, time zones, a user, places to mount volumes.
 */
final class BaseLayer {
  /** Whose files are in the layer. */
  static final List<String> PACKAGES = List.of("base-files", "ca-certificates", "libc6", "tzdata");

  static final String USER = "65532";

  private static final String LIBRARIES = "/lib/x86_64-linux-gnu";

  /** Mounted over at run time; a read-only root cannot make them. */
  private static final List<String> MOUNT_POINTS =
      List.of(
          "/dev",
          "/etc/tidegate/ca",
          "/proc",
          "/sys",
          "/tmp",
          "/var/lib/tidegate",
          "/var/run/secrets/tidegate",
          "/var/run/tidegate/credentials");

  private BaseLayer() {}

  static void fill(Tree tree, DebianPackages packages, List<DebianPackage> chosen, Path unpacked)
      throws IOException {
    for (DebianPackage one : chosen) {
      Path from = unpacked.resolve(one.name());
      tree.text("/var/lib/dpkg/status.d/" + one.name(), packages.controlFields(one));
      Path copyright = from.resolve("usr/share/doc/" + one.name() + "/copyright");
      tree.copy(copyright, "/usr/share/doc/" + one.name() + "/copyright");
    }
    tree.copy(unpacked.resolve("base-files/usr/lib/os-release"), "/etc/os-release");
    libraries(tree, unpacked.resolve("libc6"));
    tree.text(
        "/etc/ssl/certs/ca-certificates.crt",
        TrustedRoots.of(unpacked.resolve("ca-certificates")).pem());
    zones(tree, unpacked.resolve("tzdata/usr/share/zoneinfo"));
    tree.text(
        "/etc/passwd",
        "root:x:0:0:root:/:/nonexistent\nnonroot:x:%1$s:%1$s:nonroot:/:/nonexistent\n"
            .formatted(USER));
    tree.text("/etc/group", "root:x:0:\nnonroot:x:%s:\n".formatted(USER));
    tree.text("/etc/nsswitch.conf", "hosts: files dns\n");
    for (String mountPoint : MOUNT_POINTS) {
      tree.directory(mountPoint);
    }
  }

  /** Without gconv: Java converts character sets itself. */
  private static void libraries(Tree tree, Path libc) throws IOException {
    for (String folder : List.of("lib", "usr/lib")) {
      Path from = libc.resolve(folder + "/x86_64-linux-gnu");
      if (Files.isDirectory(from)) {
        for (Path file : Tree.files(from)) {
          if (file.getParent().equals(from)) {
            tree.copy(file, LIBRARIES + "/" + file.getFileName());
          }
        }
      }
    }
    tree.copy(tree.at(LIBRARIES + "/ld-linux-x86-64.so.2"), "/lib64/ld-linux-x86-64.so.2");
  }

  /** Without the two further sets that only some programs ask for. */
  private static void zones(Tree tree, Path zoneinfo) throws IOException {
    for (Path file : Tree.files(zoneinfo)) {
      String name = zoneinfo.relativize(file).toString();
      if (Files.isRegularFile(file) && !name.startsWith("posix/") && !name.startsWith("right/")) {
        tree.copy(file, "/usr/share/zoneinfo/" + name);
      }
    }
  }
}
