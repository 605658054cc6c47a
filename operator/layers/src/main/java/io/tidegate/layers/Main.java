package io.tidegate.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the directories that Jib turns into images.
 *
 * <p>Arguments: the checkout, the version, the file with the runtime's modules, the directory with
 * what training runs saw, whether they are to be made anew, and where the directories go. Ends with
 * 1 and one sentence if they cannot be made here.
 */
public final class Main {
  private static final int NOT_BUILDABLE = 1;

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    try {
      Layers.TrainingFolder training =
          new Layers.TrainingFolder(path(arguments[3]), Boolean.parseBoolean(arguments[4]));
      new Layers(
              path(arguments[0]), arguments[1], modules(arguments[2]), training, path(arguments[5]))
          .make();
    } catch (NotBuildable e) {
      System.err.println(e.getMessage());
      System.exit(NOT_BUILDABLE);
    }
  }

  private static Path path(String argument) {
    return Path.of(argument).toAbsolutePath().normalize();
  }

  /** One a line; what follows a number sign says why. */
  static List<String> modules(String file) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
