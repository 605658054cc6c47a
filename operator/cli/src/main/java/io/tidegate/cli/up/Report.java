package io.tidegate.cli.up;

import io.tidegate.cli.local.LocalPod;
import io.tidegate.cli.local.ProviderFleet;
import io.tidegate.cli.local.RunDirectory;
import io.tidegate.cli.local.SidecarFleet;
import io.tidegate.cli.manifest.Manifest;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Everything that {@code up} says to a person while it runs. */
final class Report implements SidecarFleet.Listener, AutoCloseable {
  private final UpOptions options;
  private final PrintStream out;
  private final PrintStream err;
  private final CallLines calls;
  private volatile boolean announced;

  Report(UpOptions options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
    this.calls = options.quiet() ? null : new CallLines(out);
  }

  /** What runs where, and what to type next. */
  void up(
      String apiUrl,
      RunDirectory run,
      String operatorUrl,
      String operatorAdminUrl,
      SidecarFleet sidecars,
      ProviderFleet providers,
      List<Manifest> applied) {
    List<LocalPod> pods = sidecars.running();
    out.println();
    out.println("Tidegate runs " + options.directory() + ". Edits apply at once; Ctrl-C ends it.");
    out.println();
    row("API", apiUrl, "kubeconfig " + run.kubeconfig());
    row("operator", operatorUrl, operatorAdminUrl + "/metrics");
    for (Map.Entry<String, String> provider : providers.running().entrySet()) {
      row("provider", "http://" + provider.getKey(), "Service " + provider.getValue());
    }
    pods.forEach(this::sidecar);
    if (pods.isEmpty()) {
      out.println("  No pod has a sidecar: label a namespace tidegate.io/inject=enabled.");
    }
    out.println();
    new Suggestions(applied).print(pods, out);
    announced = true;
  }

  private void sidecar(LocalPod pod) {
    row("sidecar", pod.callUrl(), pod.namespace() + "/" + pod.name() + ", admin " + pod.adminUrl());
  }

  private void row(String what, String where, String more) {
    out.printf("  %-9s %-27s %s%n", what, where, more);
  }

  @Override
  public void ready(LocalPod pod) {
    if (calls != null) {
      calls.follow(pod);
    }
    if (announced) {
      sidecar(pod);
    }
  }

  @Override
  public void gone(LocalPod pod) {
    if (calls != null) {
      calls.leave(pod);
    }
    if (announced) {
      out.println("  ended     " + pod.namespace() + "/" + pod.name());
    }
  }

  @Override
  public void failed(String sentence) {
    err.println("tidegate: " + sentence);
  }

  @Override
  public void close() {
    if (calls != null) {
      calls.close();
    }
  }
}
