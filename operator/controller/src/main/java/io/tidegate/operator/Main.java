package io.tidegate.operator;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator as a process: settings from the environment, the API server from its pod.
 *
 * <p>Ends with 0 after SIGTERM or SIGINT, with 1 if it cannot start, with 2 if its settings are
 * wrong.
 */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  /** What nodes have to hear that a pod is going, and to send nobody there any more. */
  private static final Duration NEWS = Duration.ofSeconds(5);

  private static final int STOPPED = 0;
  private static final int BAD_SETTINGS = 2;
  private static final int NOT_STARTED = 1;

  private Main() {}

  public static void main(String[] arguments) {
    OperatorSettings settings;
    try {
      settings = OperatorSettings.of(System.getenv());
    } catch (SettingsRefused e) {
      LOG.error("The settings cannot be used:\n{}", e.getMessage());
      System.exit(BAD_SETTINGS);
      return;
    }
    AtomicReference<Operator> running = new AtomicReference<>();
    AtomicBoolean failed = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("tidegate-shutdown")
                .unstarted(() -> stop(running.get(), failed.get())));
    try {
      running.set(Operator.start(settings, new KubernetesClientBuilder()));
    } catch (RuntimeException e) {
      LOG.error("The operator does not start: {}", e.getMessage(), e);
      failed.set(true);
      System.exit(NOT_STARTED);
    }
  }

  /**
   * @param running null: the start has not come to its end
   * @param failed the status is set already
   */
  private static void stop(Operator running, boolean failed) {
    if (failed) {
      return;
    }
    if (running != null) {
      LOG.info("Stops in {} s; until then every node hears of it", NEWS.toSeconds());
      running.retire(NEWS);
      running.close();
    }
    LOG.info("Stopped");
    // The JVM's own status after a signal is 128 and more, which reads as a crash.
    Runtime.getRuntime().halt(STOPPED);
  }
}
