package io.tidegate.cli.up;

import io.tidegate.cli.CliFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code tidegate up DIR}: brings everything up, says so, and stays until it is told to end. */
public final class UpCommand {
  private UpCommand() {}

  /**
   * Returns when the process is asked to end (SIGINT, SIGTERM); nothing is left behind then.
   *
   * @throws CliFailure when it cannot come up
   */
  public static void run(List<String> args, PrintStream out, PrintStream err) {
    UpOptions options = UpOptions.parse(args);
    Stack stack = new Stack(options, out, err);
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  stack.close();
                  ended.countDown();
                });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      stack.up();
    } catch (IOException | RuntimeException e) {
      if (stack.isEnding()) {
        await(ended); // what fails now fails because it is being taken down
        return;
      }
      stack.close();
      throw e instanceof CliFailure failure
          ? failure
          : CliFailure.failed("up failed: " + e.getMessage(), e);
    }
    await(ended);
  }

  private static void await(CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
