package io.tidegate.operator;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a process: settings from the environment, the API server from its pod. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
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
    try {
      Operator operator = Operator.start(settings, new KubernetesClientBuilder());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform().name("tidegate-shutdown").unstarted(operator::close));
    } catch (RuntimeException e) {
      LOG.error("The operator does not start: {}", e.getMessage(), e);
      System.exit(NOT_STARTED);
    }
  }
}
