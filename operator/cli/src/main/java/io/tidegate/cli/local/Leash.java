package io.tidegate.cli.local;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;

/**
 * First class of every child process: runs the program named by its second argument, and ends it
 * when the parent is gone, which it learns by the end of its standard input. However the parent
 * dies, {@code kill -9} too, nothing stays behind: not the process, nor its directory.
 */
public final class Leash {
  private Leash() {}

  /**
   * @param args directory to delete when the parent is gone; main class; its arguments
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Path directory = Path.of(args[0]);
    Thread.ofPlatform().daemon().name("leash").start(() -> hold(directory));
    try {
      Class.forName(args[1])
          .getMethod("main", String[].class)
          .invoke(null, (Object) java.util.Arrays.copyOfRange(args, 2, args.length));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(args[1] + " failed", e.getCause());
    }
  }

  private static void hold(Path directory) {
    try {
      while (System.in.read() >= 0) {
        continue;
      }
      RunDirectory.delete(directory);
    } catch (IOException e) {
      System.err.println("leash: " + e.getMessage());
    }
    Runtime.getRuntime().halt(0);
  }
}
