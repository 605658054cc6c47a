package io.tidegate.layers;

import io.tidegate.layers.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The AOT cache: the classes of a training run, loaded and linked ahead of time (JEP 483). Made by
 * the image's own runtime on the image's own jars; the JVM takes it only with those, by size, time
 * and order.
 *
 * <p>What a training run saw is a text that is kept with the sources: two runs never see quite the
 * same, and the same text gives the same cache. That is why the cache has no profiles (JEP 515),
 * whose counts no run repeats, and no resolved lambdas: the text's lines about constants ({@code
 * @cp}) sort before the classes that they are about, so that the JVM passes over them. Behind their
 * classes they save a quarter of the CPU of a start, and no two caches are alike.
 *
 * @param base directories of the layers beneath, in order
 */
record AotLayer(Program program, ApplicationLayers layers, List<Path> base) {
  static final String CACHE = ApplicationLayers.HOME + "/aot/program.aot";

  /** Makes the cache from a training's text. */
  void fill(Tree tree, Path classes, Path work) throws IOException {
    Files.createDirectories(work);
    try (FixedPlace place = FixedPlace.claim("tidegate-" + program.label())) {
      Tree image = image(place.directory());
      tree.bytes(
          CACHE,
          ReproducibleCache.of(
              dump(image, classes, work.resolve("first")),
              dump(image, classes, work.resolve("second"))));
      verify(image, tree.at(CACHE));
    }
  }

  private byte[] dump(Tree image, Path classes, Path made) throws IOException {
    Command.of(
            image.root(),
            command(
                image,
                "-Xshare:dump",
                "-XX:+AOTClassLinking",
                "-XX:SharedClassListFile=" + classes,
                "-XX:SharedArchiveFile=" + made))
        .run();
    byte[] content = Files.readAllBytes(made);
    Files.delete(made);
    return content;
  }

  /** The JVM starts with this cache or not at all, and compares its checksums. */
  private void verify(Tree image, Path cache) throws IOException {
    List<String> words =
        command(image, "-XX:AOTMode=on", "-XX:AOTCache=" + cache, "-XX:+VerifySharedSpaces");
    words.set(words.size() - 1, "-version");
    Command.of(image.root(), words).run();
  }

  /** Writes down what the program does under real calls. */
  void train(Training training, Path classes, Path work) throws IOException {
    Tree image = image(work.resolve("image"));
    Path seen = work.resolve("seen");
    training.run(
        command(image, "-Xshare:off", "-XX:DumpLoadedClassList=" + seen),
        Tree.fresh(work.resolve("run")).root());
    Set<String> lines = new TreeSet<>(Files.readAllLines(seen));
    lines.removeIf(line -> line.startsWith("#"));
    Files.createDirectories(classes.getParent());
    Files.write(classes, lines);
  }

  /** The file system as the image has it. */
  private Tree image(Path root) throws IOException {
    Tree image = Tree.fresh(root);
    for (Path layer : base) {
      for (Path file : Tree.files(layer)) {
        image.copy(file, "/" + layer.relativize(file));
      }
    }
    if (!image.at(RuntimeLayer.HOME + "/bin/java").toFile().setExecutable(true)) {
      throw new IOException(image.root() + " takes no executable files");
    }
    return image;
  }

  /**
   * What starts the program as the image does, but for what it does with the cache, and for where
   * native libraries are, which the image has in the JVM's own place.
   */
  private List<String> command(Tree image, String... mode) {
    List<String> words = new ArrayList<>();
    words.add(image.at(RuntimeLayer.HOME + "/bin/java").toString());
    program
        .jvmOptions()
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(words::add);
    words.addAll(List.of(mode));
    words.add("-Djava.library.path=" + image.at("/usr/lib"));
    words.add("-cp");
    words.add(
        String.join(
            ":", layers.classPath().stream().map(path -> image.at(path).toString()).toList()));
    words.add(program.mainClass());
    return words;
  }
}
