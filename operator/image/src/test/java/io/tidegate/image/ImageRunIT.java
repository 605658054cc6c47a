package io.tidegate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidegate.provider.SampleProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRunIT {
  @TempDir Path work;

  @BeforeEach
  void mountsAreAllowed() throws Exception {
    assumeTrue(canMount(), "an image is run by unshare and chroot, which needs root on Linux");
  }

  private static boolean canMount() throws InterruptedException {
    try {
      return new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such program here
    }
  }

  @Test
  void aGovernedCallPassesWithoutRightsOnAReadOnlyRoot() throws Exception {
    Path root =
        ImageTar.unpack("sidecar", Files.createDirectory(work.resolve("image"))).rootFileSystem();
    try (SampleProvider provider = SampleProvider.start("127.0.0.1", 0);
        RunningImage image = new RunningImage(work, root, provider.port())) {
      image.firstCall();
      String status = Files.readString(Path.of("/proc/" + image.pid() + "/status"));
      assertThat(status).containsPattern("Uid:\\s65532\\s65532\\s65532\\s65532");
      assertThat(image.log()).doesNotContain("ERROR", "[error]", "WARN FastThreadLocal");
    }
  }

  @Test
  void mostClassesComeFromTheCache() throws Exception {
    Path root =
        ImageTar.unpack("sidecar", Files.createDirectory(work.resolve("image"))).rootFileSystem();
    try (SampleProvider provider = SampleProvider.start("127.0.0.1", 0);
        RunningImage image =
            new RunningImage(
                work, root, provider.port(), "-Xlog:class+load:file=/var/lib/tidegate/classes")) {
      image.firstCall();
      List<String> loaded = Files.readAllLines(work.resolve("state/classes"));
      long cached = loaded.stream().filter(line -> line.contains("shared objects file")).count();
      System.out.printf("%d of %d classes come from the cache%n", cached, loaded.size());
      assertThat(cached)
          .as(
              "classes of the cache, of %d; after larger changes the training is due again: mvn"
                  + " -pl operator/image -am -Dtidegate.images.train=true verify",
              loaded.size())
          .isGreaterThan(loaded.size() * 8L / 10);
    }
  }

  /** Printed, not asserted: the machine may be busy. */
  @Test
  void startsSoonerWithTheCache() throws Exception {
    Path root =
        ImageTar.unpack("sidecar", Files.createDirectory(work.resolve("image"))).rootFileSystem();
    try (SampleProvider provider = SampleProvider.start("127.0.0.1", 0)) {
      for (String mode : List.of("off", "on", "off", "on", "off", "on")) {
        Path run = Files.createTempDirectory(work, "run-");
        try (RunningImage image =
            new RunningImage(run, root, provider.port(), "-XX:AOTMode=" + mode)) {
          Duration first = image.firstCall();
          System.out.printf("AOT %s: first governed call after %d ms%n", mode, first.toMillis());
          assertThat(first).isPositive();
        }
      }
    }
  }
}
