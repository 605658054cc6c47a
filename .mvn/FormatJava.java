import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or formats every Java source below the directory it is started in, with
 * google-java-format. Started as a source file by the build, in a process of the toolchain's JDK:
 * the formatter does not know today's syntax inside the JVM of an older one that runs Maven.
 *
 * <p>{@code java -cp google-java-format-all-deps.jar .mvn/FormatJava.java check|write}
 */
final class FormatJava {
  private FormatJava() {}

  public static void main(String[] args) throws IOException, FormatterException {
    boolean write = args.length == 1 && args[0].equals("write");
    Formatter formatter = new Formatter();
    List<Path> differing = new ArrayList<>();
    for (Path source : sources()) {
      String text = Files.readString(source);
      String formatted = formatter.formatSourceAndFixImports(text);
      if (!formatted.equals(text)) {
        differing.add(source);
        if (write) {
          Files.writeString(source, formatted);
        }
      }
    }
    String verb = write ? "formatted: " : "not formatted: ";
    differing.forEach(source -> System.err.println(verb + source));
    if (!write && !differing.isEmpty()) {
      System.err.println("Format them all with:  mvn -N -P format verify");
      System.exit(1);
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(""), 24)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !isGenerated(file))
          .sorted()
          .toList();
    }
  }

  private static boolean isGenerated(Path file) {
    for (Path part : file) {
      String name = part.toString();
      if (name.equals("target") || name.equals("node_modules") || name.startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
