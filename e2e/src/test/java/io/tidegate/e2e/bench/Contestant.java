package io.tidegate.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What stands between load and far end.
 *
 * @param pids the processes whose CPU and memory count; empty for none
 */
record Contestant(String name, int port, List<Long> pids) {
  /** CPU of all threads so far, by what they do. */
  Cpu cpu() throws IOException {
    Cpu sum = Cpu.NONE;
    for (long pid : pids) {
      try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
        for (Path task : tasks.toList()) {
          sum = sum.plus(ofThread(task));
        }
      }
    }
    return sum;
  }

  private static Cpu ofThread(Path task) throws IOException {
    try {
      String name = Files.readString(task.resolve("comm"));
      String nanos = Files.readString(task.resolve("schedstat")).split(" ")[0];
      return Cpu.of(name, Long.parseLong(nanos) / 1e9);
    } catch (NoSuchFileException e) {
      return Cpu.NONE; // it has ended since the listing
    }
  }

  /** Resident memory in MB. */
  long rssMegabytes() throws IOException {
    long sum = 0;
    for (long pid : pids) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          sum += Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    }
    return sum;
  }
}
