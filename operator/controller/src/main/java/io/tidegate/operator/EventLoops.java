package io.tidegate.operator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Vert.x for what serves no files: the operator, and the embedded API. */
public final class EventLoops {
  private EventLoops() {}

  /** Without the directory in which Vert.x would keep files; a killed process left it behind. */
  public static Vertx create() {
    return Vertx.vertx(
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }
}
