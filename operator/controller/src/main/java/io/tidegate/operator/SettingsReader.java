package io.tidegate.operator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads variables of our prefix one by one and remembers what it was asked for. */
final class SettingsReader {
  static final String PREFIX = "TIDEGATE_";

  /**
   * What the kubelet adds for a Service whose name begins with {@code tidegate-}
   * (enableServiceLinks). They are not ours to judge. Source: "Accessing the Service", Kubernetes
   * documentation.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "TIDEGATE_.+_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)");

  private static final Pattern SERVICE_LINK_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> environment;
  private final TreeSet<String> known = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  SettingsReader(Map<String, String> environment) {
    this.environment = environment;
  }

  String text(String key, String standard) {
    return read(key, standard, value -> value);
  }

  /** Comma separated; blanks around names are dropped. */
  List<String> names(String key, String standard) {
    return read(
        key,
        standard,
        value ->
            Arrays.stream(value.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList());
  }

  int port(String key, int standard) {
    return whole(key, standard, 0, 65_535);
  }

  int whole(String key, int standard, int least, int most) {
    return read(
        key,
        Integer.toString(standard),
        value -> {
          int number = Integer.parseInt(value);
          if (number < least || number > most) {
            throw new IllegalArgumentException("a whole number from " + least + " to " + most);
          }
          return number;
        });
  }

  Duration millis(String key, int standard, int least, int most) {
    return Duration.ofMillis(whole(key, standard, least, most));
  }

  /** Two settings of which the first must not be above the second. */
  void ordered(String lesser, Duration less, String greater, Duration most) {
    if (less.compareTo(most) > 0) {
      problems.add(
          "%s%s is '%d', but must not be above %s%s, which is '%d'"
              .formatted(PREFIX, lesser, less.toMillis(), PREFIX, greater, most.toMillis()));
    }
  }

  /**
   * @throws SettingsRefused with every problem found, unknown keys included
   */
  void finish() {
    environment.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX) && !known.contains(key) && !serviceLink(key, value)) {
            problems.add(
                key + " is not a setting of the operator; remove it or use one of " + known);
          }
        });
    if (!problems.isEmpty()) {
      throw new SettingsRefused(String.join("\n", problems));
    }
  }

  private static boolean serviceLink(String key, String value) {
    return SERVICE_LINK.matcher(key).matches()
        || (key.endsWith("_PORT") && SERVICE_LINK_URL.matcher(value).matches());
  }

  private <T> T read(String key, String standard, Function<String, T> parser) {
    String name = PREFIX + key;
    known.add(name);
    String value = environment.getOrDefault(name, standard).strip();
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      String wanted =
          e instanceof NumberFormatException ? "a whole number" : String.valueOf(e.getMessage());
      problems.add(name + " is '" + value + "', but must be " + wanted);
      return parser.apply(standard);
    }
  }
}
