package io.tidegate.cli.local;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;

/**
 * First class of every child process: runs the program named by its third argument, and ends it
 * when the parent is gone, which it learns by the end of its standard input. However the parent
 * dies, {@code kill -9} too, nothing stays behind: not the process, nor the run's directory.
 */
public final class Leash {
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

  private static void hold(long parent, Path directory) {
    try {
      int read;
      do {
        read = System.in.read();
      } while (read >= 0);
      if (!ProcessHandle.of(parent).map(ProcessHandle::isAlive).orElse(false)) {
        RunDirectory.delete(directory);
      }
    } catch (IOException e) {
      System.err.println("leash: " + e.getMessage());
    }
    Runtime.getRuntime().halt(0);
  }
}
