package io.tidegate.operator.serve;

import io.tidegate.operator.watch.InjectedPod;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.function.Function;

/** The two ends of the talk with sidecars, over one set of sessions. */
public final class SidecarLine {
  private final SnapshotStream stream;
  private final ReportEndpoint reports;

  /**
   * @param offers what a pod is to have now; asked on event loops, so it must not block
   */
  public SidecarLine(
      Vertx vertx,
      SidecarIdentity identity,
      AckLedger ledger,
      RefusalEvents refusals,
      Function<InjectedPod, Offer> offers,
      InstantSource clock,
      SnapshotStream.Timing timing,
      StreamMeters meters) {
    Sessions sessions = new Sessions();
    this.stream =
        new SnapshotStream(vertx, identity, sessions, ledger, offers, clock, timing, meters);
    this.reports = new ReportEndpoint(sessions, ledger, refusals, meters);
  }

  public void route(Router router) {
    stream.route(router);
    reports.route(router);
  }

  public SnapshotStream stream() {
    return stream;
  }
}
