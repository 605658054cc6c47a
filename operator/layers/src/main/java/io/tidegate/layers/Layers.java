package io.tidegate.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All layers of both images, those that change least first. Both share base and runtime, so that a
 * node or a registry has them once.
 *
 * @param root the checkout, with its modules built
 * @param modules of the Java runtime
 * @param training what training runs saw
 * @param out one directory for each layer, and beside it the key of what it was made from
 */
record Layers(Path root, String version, List<String> modules, TrainingFolder training, Path out) {
  /**
   * @param anew whether the training runs are made now, and their files written
   */
  record TrainingFolder(Path folder, boolean anew) {}

  void make() throws IOException {
    requirePlatform();
    Files.createDirectories(out);
    DebianPackages packages = new DebianPackages(cache().resolve("debian"));
    List<DebianPackage> chosen = packages.resolve(BaseLayer.PACKAGES);
    String base = base(packages, chosen);
    String runtime = runtime(base);
    for (Program program : Program.values()) {
      application(program, runtime, chosen);
    }
  }

  private static void requirePlatform() {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals("Linux amd64")) {
      throw new NotBuildable(
          "The images are made for Linux on x86-64, and this is "
              + platform
              + ": build them on such a machine, or leave them out with"
              + " -Dtidegate.images.skip=true.");
    }
  }

  private String base(DebianPackages packages, List<DebianPackage> chosen) throws IOException {
    String key = keyOfThis().with(chosen.toString()).hex();
    Path unpacked = out.resolve("debian");
    Step.of(out.resolve("base"))
        .run(
            out.resolve("base"),
            key,
            tree -> {
              Tree.delete(unpacked);
              for (DebianPackage one : chosen) {
                packages.unpack(one, unpacked.resolve(one.name()));
              }
              BaseLayer.fill(tree, packages, chosen, unpacked);
            });
    return key;
  }

  private String runtime(String base) throws IOException {
    String key = new ContentKey().with(base).with(RuntimeLayer.jdk()).with("" + modules).hex();
    Step.of(out.resolve("runtime"))
        .run(
            out.resolve("runtime"),
            key,
            tree ->
                RuntimeLayer.fill(
                    tree,
                    modules,
                    TrustedRoots.of(out.resolve("debian/ca-certificates")),
                    out.resolve("jlink")));
    return key;
  }

  private void application(Program program, String runtime, List<DebianPackage> packages)
      throws IOException {
    ApplicationLayers layers = ApplicationLayers.of(program, root, version);
    Path folder = out.resolve(program.label());
    Files.createDirectories(folder);
    String key = layers.key().with(runtime).hex();
    Step.of(folder.resolve("lib")).run(folder.resolve("lib"), key, layers::fillLibraries);
    String bill = BillOfMaterials.of(program.billOfMaterials(root), packages);
    Step.of(folder.resolve("app"))
        .run(
            folder.resolve("app"),
            new ContentKey().with(key).with(bill).hex(),
            tree -> {
              layers.fillApplication(tree);
              tree.text(BillOfMaterials.FOLDER + "/" + program.label() + ".cdx.json", bill);
            });
    AotLayer aot = new AotLayer(program, layers, beneath(folder));
    Path classes = program.classes(training.folder());
    if (training.anew()) {
      aot.train(program.training(), classes, folder.resolve("work"));
    }
    Step.of(folder.resolve("aot"))
        .run(
            folder.resolve("aot"),
            new ContentKey().with(key).with(classes).hex(),
            tree -> aot.fill(tree, classes, folder.resolve("work")));
  }

  private List<Path> beneath(Path folder) {
    return List.of(
        out.resolve("base"), out.resolve("runtime"), folder.resolve("lib"), folder.resolve("app"));
  }

  /** Outlives a clean build; holds only what others published, by digest. */
  private static Path cache() {
    String folder = System.getenv("XDG_CACHE_HOME");
    Path caches =
        folder == null || folder.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(folder);
    return caches.resolve("tidegate");
  }

  /** These very classes: a change of how a layer is made makes it anew. */
  private static ContentKey keyOfThis() throws IOException {
    ContentKey key = new ContentKey();
    Path code = Path.of(Layers.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    if (Files.isRegularFile(code)) {
      return key.with(code);
    }
    for (Path file : Tree.files(code)) {
      key.with(file);
    }
    return key;
  }
}
