package io.tidegate.sidecar;

import io.tidegate.sidecar.upstream.UpstreamPool;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop and a few workers: a sidecar is one small part of a pod. */
final class EventLoop {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  private EventLoop() {}

  static Vertx create(Path hostsFile) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setPreferNativeTransport(true)
                .setMaxEventLoopExecuteTime(500)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setAddressResolverOptions(resolver(hostsFile))
                // Vert.x would make a cache directory, which a read-only root file system refuses.
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    vertx.exceptionHandler(e -> LOG.error("an exception that nothing handled", e));
    return vertx;
  }

  private static AddressResolverOptions resolver(Path hostsFile) {
    if (Files.isReadable(hostsFile)) {
      return UpstreamPool.resolver(hostsFile.toString());
    }
    LOG.warn("{} cannot be read; host names come from DNS alone", hostsFile);
    return new AddressResolverOptions();
  }
}
