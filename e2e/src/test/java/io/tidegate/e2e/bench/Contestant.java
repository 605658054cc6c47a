package io.tidegate.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What stands between load and far end.
 *
 * @param pids the processes whose CPU and memory count; empty for none
 */
record Contestant(String name, int port, List<Long> pids) {
  private static final double TICKS_PER_SECOND = 100;

  /** CPU seconds since start, user and system (proc(5), stat fields 14 and 15). */
  double cpuSeconds() throws IOException {
    double sum = 0;
    for (long pid : pids) {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      sum += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
    return sum;
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
