package io.tidegate.layers;

import io.tidegate.layers.train.OperatorTraining;
import io.tidegate.layers.train.SidecarTraining;
import io.tidegate.layers.train.Training;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What an image runs, and where the build leaves its jars. */
public enum Program {
  SIDECAR("sidecar", "tidegate-sidecar", "io.tidegate.sidecar.Main", SidecarTraining::new),
  OPERATOR(
      "operator/controller",
      "tidegate-operator",
      "io.tidegate.operator.Main",
      OperatorTraining::new);

  private final String module;
  private final String artifact;
  private final String mainClass;
  private final Supplier<Training> training;

  Program(String module, String artifact, String mainClass, Supplier<Training> training) {
    this.module = module;
    this.artifact = artifact;
    this.mainClass = mainClass;
    this.training = training;
  }

  /** As in the image's name. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  public String mainClass() {
    return mainClass;
  }

  /** The module's own jar. */
  Path jar(Path root, String version) {
    return root.resolve(module).resolve("target/" + artifact + "-" + version + ".jar");
  }

  /** Directory of the jars that it needs at run time. */
  Path libraries(Path root) {
    return root.resolve(module).resolve("target/lib");
  }

  /** The bill of materials that the module's build wrote. */
  Path billOfMaterials(Path root) {
    return root.resolve(module).resolve("target/bom.json");
  }

  /** What its training run saw, of the files kept with the sources. */
  Path classes(Path training) {
    return training.resolve(label() + ".classes");
  }

  Training training() {
    return training.get();
  }

  /**
   * Its JVM's options, as an argument file: the resource {@code jvm-options} beside the main class.
   */
  String jvmOptions() {
    String name = "/" + mainClass.replaceFirst("[^.]+$", "").replace('.', '/') + "jvm-options";
    try (InputStream in = Program.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
