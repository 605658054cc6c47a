package io.tidegate.e2e.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scenarios of one SDK program. A program runs as a process of its own, because SDKs read their
 * settings from the environment, and writes one line a scenario: {@code
 * name<TAB>ok|failed<TAB>detail}.
 */
final class Scenarios {
  private final Map<String, Scenario> scenarios = new LinkedHashMap<>();

  interface Scenario {
    /** Returns what it saw; throws if that is not what was promised. */
    String run() throws Exception;
  }

  Scenarios add(String name, Scenario scenario) {
    scenarios.put(name, scenario);
    return this;
  }

  void run() {
    scenarios.forEach(
        (name, scenario) -> {
          try {
            System.out.println(name + "\tok\t" + oneLine(scenario.run()));
          } catch (Throwable e) {
            System.out.println(name + "\tfailed\t" + oneLine(trace(e)));
          }
        });
    System.out.flush();
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }

  private static String trace(Throwable e) {
    StringBuilder text = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      text.append(t)
          .append(" at ")
          .append(t.getStackTrace().length > 0 ? t.getStackTrace()[0] : "?")
          .append("; ");
    }
    return text.toString();
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ').replace('\t', ' ');
  }
}
