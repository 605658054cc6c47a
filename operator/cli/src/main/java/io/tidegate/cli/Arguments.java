package io.tidegate.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A subcommand's arguments: flags with a value, flags without, and the rest in order. */
public final class Arguments {
  private final Map<String, String> values = new HashMap<>();
  private final Set<String> switches = new HashSet<>();
  private final List<String> words = new ArrayList<>();

  private Arguments() {}

  /**
   * @param command for messages
   * @param withValue flags that take one, with their dashes
   * @param without flags that take none
   * @throws CliFailure on a flag that is neither, or a value that is missing
   */
  public static Arguments parse(
      String command, List<String> args, Set<String> withValue, Set<String> without) {
    Arguments parsed = new Arguments();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      String name = equals < 0 ? arg : arg.substring(0, equals);
      if (withValue.contains(name)) {
        if (equals < 0 && i + 1 == args.size()) {
          throw CliFailure.usage(name + " needs a value\n    next: tidegate help");
        }
        parsed.values.put(name, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
      } else if (without.contains(arg)) {
        parsed.switches.add(arg);
      } else if (arg.startsWith("-")) {
        throw CliFailure.usage(
            "unknown flag \"" + arg + "\" of tidegate " + command + "\n    next: tidegate help");
      } else {
        parsed.words.add(arg);
      }
    }
    return parsed;
  }

  public Optional<String> value(String flag) {
    return Optional.ofNullable(values.get(flag));
  }

  public boolean has(String flag) {
    return switches.contains(flag);
  }

  public List<String> words() {
    return words;
  }
}
