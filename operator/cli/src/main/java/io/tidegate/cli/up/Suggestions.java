package io.tidegate.cli.up;

import io.tidegate.cli.local.LocalPod;
import io.tidegate.cli.manifest.Manifest;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * The next three commands to type, fitted to what the directory holds: a call that succeeds, one
 * that a budget refuses, one that falls back. What the directory has no object for is said instead.
 */
final class Suggestions {
  private final List<Manifest> manifests;

  Suggestions(List<Manifest> manifests) {
    this.manifests = manifests;
  }

  void print(List<LocalPod> pods, PrintStream out) {
    for (LocalPod pod : pods) {
      List<SuggestedCall> calls = new SuggestedCalls(manifests).of(pod.namespace());
      if (!calls.isEmpty()) {
        print(pod, calls, out);
        return;
      }
    }
  }

  private void print(LocalPod pod, List<SuggestedCall> calls, PrintStream out) {
    out.println("Type next, in another terminal:");
    out.println();
    calls.stream()
        .filter(c -> !c.hasFallback())
        .findFirst()
        .ifPresent(c -> command(out, "1. answered by " + c.route(), c.curl(pod)));
    Optional<SuggestedRefusal.Refused> refused =
        new SuggestedRefusal(manifests, calls).find(pod.namespace());
    refused.ifPresentOrElse(
        r -> command(out, "2. refused by " + r.budget(), r.call().curl(pod)),
        () ->
            out.println(
                "  # 2. no budget here refuses a first call: set usd: \"0.000001\" in a"
                    + " TenantBudget, save, and repeat 1.\n"));
    calls.stream()
        .filter(SuggestedCall::hasFallback)
        .findFirst()
        .ifPresentOrElse(
            c -> command(out, "3. falls back in " + c.route(), c.curl(pod)),
            () -> out.println("  # 3. no rule here has a fallback: give one a second target.\n"));
    out.println("  # what the operator says of the routes");
    out.println("  " + System.getProperty("tidegate.command", "tidegate") + " get modelroutes -A");
    out.println();
  }

  private static void command(PrintStream out, String what, String command) {
    out.println("  # " + what);
    out.println("  " + command);
    out.println();
  }
}
