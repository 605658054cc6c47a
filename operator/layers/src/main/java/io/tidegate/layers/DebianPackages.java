package io.tidegate.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Debian packages of the release that this machine runs, fetched by apt and unpacked without being
 * installed. Downloads stay in a directory, by digest.
 */
final class DebianPackages {
  private static final System.Logger LOG = System.getLogger(DebianPackages.class.getName());

  private final Path cache;

  DebianPackages(Path cache) {
    this.cache = cache;
  }

  /**
   * The newest versions that the machine's package lists name. Old lists name what a mirror has no
   * more; they are then fetched anew.
   *
   * @throws NotBuildable if this is no Debian
   */
  List<DebianPackage> resolve(List<String> names) throws IOException {
    for (String program : List.of("apt-get", "dpkg-deb")) {
      if (!Command.exists(program)) {
        throw new NotBuildable(
            "The images' base is made of Debian's packages, and there is no "
                + program
                + " here: build the images on Debian or Ubuntu (x86-64), or leave them out with"
                + " -Dtidegate.images.skip=true.");
      }
    }
    Files.createDirectories(cache);
    List<DebianPackage> found = list(names);
    if (found.size() < names.size() || !areThere(found)) {
      aptUpdate();
      found = list(names);
    }
    if (found.size() != names.size()) {
      throw new NotBuildable(
          "apt-get does not offer all of "
              + names
              + " that the images' base is made of: run apt-get update as root, and see that"
              + " /etc/apt/sources.list names a Debian mirror.");
    }
    Map<String, DebianPackage> byName = new HashMap<>();
    found.forEach(one -> byName.put(one.name(), one));
    return names.stream().map(byName::get).toList();
  }

  private boolean areThere(List<DebianPackage> packages) throws IOException {
    for (DebianPackage one : packages) {
      try {
        fetched(one);
      } catch (NotBuildable e) {
        LOG.log(System.Logger.Level.INFO, e.getMessage());
        return false;
      }
    }
    return true;
  }

  private List<DebianPackage> list(List<String> names) throws IOException {
    List<String> words = new ArrayList<>(List.of("apt-get", "download", "--print-uris"));
    words.addAll(names);
    try {
      return DebianPackage.in(new Command(cache, words).run());
    } catch (Command.Failed e) {
      return List.of(); // as on a machine without package lists
    }
  }

  private void aptUpdate() throws IOException {
    try {
      Command.of(cache, "apt-get", "-q", "-o", "Acquire::Retries=3", "update").run();
    } catch (Command.Failed e) {
      throw new NotBuildable(
          "The images' base needs Debian's package lists: run apt-get update as root.", e);
    }
  }

  /** The control fields, as {@code /var/lib/dpkg/status.d} of an image without dpkg has them. */
  String controlFields(DebianPackage one) throws IOException {
    return Command.of(cache, "dpkg-deb", "--field", fetched(one).toString()).run();
  }

  /** Unpacks the package's files into a directory. */
  void unpack(DebianPackage one, Path into) throws IOException {
    Files.createDirectories(into);
    Command.of(cache, "dpkg-deb", "--extract", fetched(one).toString(), into.toString()).run();
  }

  private Path fetched(DebianPackage one) throws IOException {
    Path kept = cache.resolve(one.sha256() + ".deb");
    if (Files.exists(kept) && ContentKey.sha256Of(kept).equals(one.sha256())) {
      return kept;
    }
    Path work = Files.createTempDirectory(cache, "download-");
    try {
      download(one, work);
      Path file = work.resolve(one.file());
      if (!ContentKey.sha256Of(file).equals(one.sha256())) {
        throw new IOException(one.file() + " is not what the package list promised");
      }
      return Files.move(file, kept, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Tree.delete(work);
    }
  }

  private static void download(DebianPackage one, Path into) throws IOException {
    try {
      Command.of(
              into,
              "apt-get",
              "-q",
              "-o",
              "Acquire::Retries=5",
              "download",
              one.name() + "=" + one.version())
          .run();
    } catch (Command.Failed e) {
      throw new NotBuildable(
          "The Debian package "
              + one.name()
              + " "
              + one.version()
              + " cannot be downloaded: check the network, and run apt-get update as root if the"
              + " lists are old.",
          e);
    }
  }
}
