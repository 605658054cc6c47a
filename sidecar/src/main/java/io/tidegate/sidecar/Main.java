package io.tidegate.sidecar;

import io.tidegate.sidecar.config.InvalidSettings;
import io.tidegate.sidecar.config.Settings;
import io.tidegate.sidecar.fetch.PolicyHolder;
import io.tidegate.sidecar.fetch.StreamTiming;
import io.tidegate.sidecar.record.EventWriter;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sidecar as a process: settings from the environment ({@link
 * io.tidegate.sidecar.config.Setting}), events on standard output, the log on standard error.
 *
 * <p>Ends with 0 after SIGTERM or SIGINT, with 1 if it cannot start, with 2 if its settings are
 * wrong. Run with {@code -XX:+ExitOnOutOfMemoryError}: a process that has lost memory does not keep
 * its promises about money, and a restart does.
 */
public final class Main {
  private static final int STOPPED = 0;
  private static final int NOT_STARTED = 1;
  private static final int WRONG_SETTINGS = 2;
  private static final long AFTER_DRAIN_SECONDS = 2;

  private Main() {}

  public static void main(String[] args) {
    logToStandardError();
    Logger log = LoggerFactory.getLogger(Main.class);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> log.error("an exception that nothing handled, in {}", thread.getName(), e));
    Settings settings;
    try {
      settings = Settings.from(System.getenv());
    } catch (InvalidSettings e) {
      log.error("the sidecar cannot start: {}", e.getMessage());
      System.exit(WRONG_SETTINGS);
      return;
    }
    try {
      start(settings, log);
    } catch (Sidecar.StartFailed e) {
      log.error("the sidecar cannot start: {}", e.getMessage());
      System.exit(NOT_STARTED);
    } catch (RuntimeException e) {
      log.error("the sidecar cannot start", e);
      System.exit(NOT_STARTED);
    }
  }

  private static void start(Settings settings, Logger log) {
    Sidecar sidecar =
        Sidecar.start(
            settings,
            new Sidecar.Surroundings(
                Clock.systemUTC(), StreamTiming.PRODUCTION, EventWriter.toStandardOutput()));
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("tidegate-stop")
                .unstarted(() -> stop(sidecar, settings, log)));
    PolicyHolder.Held held = sidecar.configuration();
    log.info(
        "tidegate sidecar started: calls on {}:{}, admin on {}:{}, configuration {}",
        settings.listen().host(),
        sidecar.listenPort(),
        settings.adminListen().host(),
        sidecar.adminPort(),
        held == null ? "none yet" : held.policy().version() + " from " + held.origin());
  }

  private static void stop(Sidecar sidecar, Settings settings, Logger log) {
    log.info("stopping: calls go on for at most {} s", settings.drain().toSeconds());
    try {
      sidecar
          .drain(settings.drain())
          .await(settings.drain().toSeconds() + AFTER_DRAIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | RuntimeException e) {
      log.error("calls could not be ended in order", e);
    }
    try {
      sidecar.close();
      log.info("stopped");
    } catch (RuntimeException e) {
      log.error("not everything could be closed in order", e);
    }
    // The JVM's own status after a signal is 128 and more, which reads as a crash.
    Runtime.getRuntime().halt(STOPPED);
  }

  /** Before the first logger is made, which reads these. */
  private static void logToStandardError() {
    setIfAbsent("org.slf4j.simpleLogger.logFile", "System.err");
    setIfAbsent("org.slf4j.simpleLogger.showDateTime", "true");
    setIfAbsent("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    setIfAbsent("org.slf4j.simpleLogger.showThreadName", "false");
    setIfAbsent("org.slf4j.simpleLogger.showShortLogName", "true");
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
