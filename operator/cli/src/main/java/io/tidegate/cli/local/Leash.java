package io.tidegate.cli.local;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * First class of every child process: runs the program named by its third argument, and ends it
 * when the parent is gone, which it learns by the end of its standard input. However the parent
 * dies, {@code kill -9} too, nothing stays behind: not the process, nor the run's directory.
 */
public final class Leash {
  private static final Duration DYING = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(10);

  private Leash() {}

  /**
   * @param args the parent's process id; directory to delete when it is gone; main class; its
   *     arguments
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    long parent = Long.parseLong(args[0]);
    Path directory = Path.of(args[1]);
    Thread.ofPlatform().daemon().name("leash").start(() -> hold(parent, directory));
    try {
      Class.forName(args[2])
          .getMethod("main", String[].class)
          .invoke(null, (Object) java.util.Arrays.copyOfRange(args, 3, args.length));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(args[2] + " failed", e.getCause());
    }
  }

  /**
   * A dying process closes its pipes before it is gone, and may stay as a zombie; either way its
   * children get another parent a moment later.
   */
  private static boolean isGone(long parent) {
    long end = System.nanoTime() + DYING.toNanos();
    while (isChildOf(parent)) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }

  private static boolean isChildOf(long parent) {
    return ProcessHandle.current().parent().map(p -> p.pid() == parent).orElse(false);
  }

  private static void hold(long parent, Path directory) {
    try {
      int read;
      do {
        read = System.in.read();
      } while (read >= 0);
      if (isGone(parent)) {
        RunDirectory.delete(directory);
      }
    } catch (IOException e) {
      System.err.println("leash: " + e.getMessage());
    }
    Runtime.getRuntime().halt(0);
  }
}
