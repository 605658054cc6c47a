package io.tidegate.cli;

import io.tidegate.cli.get.GetCommand;
import io.tidegate.cli.up.UpCommand;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * The {@code tidegate} command: picks the subcommand; a failure is one message and an exit code.
 */
public final class Main {
  static final String VERSION = "0.1.0";

  private static final String HELP =
      """
      tidegate: governs the model calls of workloads by policy in YAML

        tidegate up DIR [flags]     run DIR on this machine: API, operator, sidecars, sample provider
            --quiet                 no line per call
            --ready-file FILE       write FILE as JSON once all is up
            --kubeconfig FILE       use this API server, one without nodes on this machine,
                                    instead of the embedded one
            --api-port PORT         port of the embedded API (6443)
        tidegate get KIND[,KIND...] [NAME] [flags]   show objects of a running `up`
            -n NAMESPACE | -A       one namespace (default: default), or all
            -o yaml|json|wide       other than a table
            --run PID               where several run: this one, not the newest
            --kubeconfig FILE       another API server
        tidegate version
        tidegate help
      """;

  private Main() {}

  public static void main(String[] args) {
    int code = run(Arrays.asList(args), System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Runs one command to its end; the exit code of the process. */
  static int run(List<String> args, PrintStream out, PrintStream err) {
    try {
      List<String> rest = args.isEmpty() ? List.of() : args.subList(1, args.size());
      boolean asksHow = args.isEmpty() || rest.contains("--help") || rest.contains("-h");
      switch (asksHow ? "help" : args.getFirst()) {
        case "up" -> UpCommand.run(rest, out, err);
        case "get" -> GetCommand.run(rest, out, err, System.getenv());
        case "version", "--version" -> out.println("tidegate " + VERSION);
        case "help", "--help", "-h" -> out.print(HELP);
        default ->
            throw CliFailure.usage(
                "unknown command \"" + args.getFirst() + "\"\n    next: tidegate help");
      }
      return 0;
    } catch (CliFailure e) {
      err.println("tidegate: " + e.getMessage());
      return e.exitCode();
    }
  }
}
