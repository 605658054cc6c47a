package io.tidegate.operator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Vert.x for an operator, which serves no files. */
final class EventLoops {
  private EventLoops() {}

  /** Without the directory in which Vert.x would keep files; a killed process left it behind. */
  static Vertx create() {
    return Vertx.vertx(
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }
}
