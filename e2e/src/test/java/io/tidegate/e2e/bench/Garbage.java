package io.tidegate.e2e.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes that a Java process's event loop has allocated, as {@code jcmd} tells them. */
final class Garbage {
  private static final Pattern ALLOCATED =
      Pattern.compile("\"vert\\.x-eventloop-thread-0\".*? allocated=([0-9.]+)([BKMGT]?)");

  private Garbage() {}

  /** -1 if the process does not say. Exact to four digits. */
  static double ofEventLoop(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "Thread.print",
                "-e")
            .redirectErrorStream(true)
            .start();
    String threads = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher matcher = ALLOCATED.matcher(threads);
    return matcher.find()
        ? Double.parseDouble(matcher.group(1)) * Math.pow(1024, "BKMGT".indexOf(unit(matcher)))
        : -1;
  }

  private static String unit(Matcher matcher) {
    return matcher.group(2).isEmpty() ? "B" : matcher.group(2);
  }
}
