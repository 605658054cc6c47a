package io.tidegate.cli.manifest;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/**
 * Calls back after a directory's files changed and then rested for a moment, so that an editor's
 * several writes are one change. The callback runs on this watch's own thread.
 */
public final class DirectoryWatch implements AutoCloseable {
  private static final long QUIET_MILLIS = 60;

  private final WatchService service;
  private final Runnable changed;

  private DirectoryWatch(WatchService service, Runnable changed) {
    this.service = service;
    this.changed = changed;
  }

  /**
   * @throws IOException when the directory cannot be watched
   */
  public static DirectoryWatch start(Path directory, Runnable changed) throws IOException {
    WatchService service = directory.getFileSystem().newWatchService();
    directory.register(
        service,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
    DirectoryWatch watch = new DirectoryWatch(service, changed);
    Thread.ofVirtual().name("directory-watch").start(watch::run);
    return watch;
  }

  private void run() {
    try {
      while (true) {
        drain(service.take());
        WatchKey more = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        while (more != null) {
          drain(more);
          more = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
        changed.run();
      }
    } catch (ClosedWatchServiceException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void drain(WatchKey key) {
    key.pollEvents();
    key.reset();
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
