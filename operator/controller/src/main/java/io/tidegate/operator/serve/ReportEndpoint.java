package io.tidegate.operator.serve;

import io.tidegate.operator.intake.Intake;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/acknowledgements} and {@code POST /v1/spend}: 204, 400 if the body is not what
 * the contract says, 4xx and 503 of {@link Intake}, 401 if no open stream has the session.
 */
public final class ReportEndpoint {
  private static final Pattern AMOUNT = Pattern.compile("-?[0-9]{1,24}([.][0-9]{1,24})?");
  private static final int MOST_BYTES = 512 * 1024;

  /** Any pod may send reports. All sidecars' come within milliseconds after an edit. */
  private static final Intake.Bounds BOUNDS =
      new Intake.Bounds(MOST_BYTES, 32L * MOST_BYTES, Integer.MAX_VALUE, Duration.ofSeconds(10));

  private static final Logger LOG = LoggerFactory.getLogger(ReportEndpoint.class);
  private final Intake intake =
      new Intake(BOUNDS, (_, why) -> LOG.warn("A sidecar's report is not taken: {}", why));

  private final Sessions sessions;
  private final AckLedger ledger;
  private final RefusalEvents refusals;
  private final StreamMeters meters;

  ReportEndpoint(Sessions sessions, AckLedger ledger, RefusalEvents refusals, StreamMeters meters) {
    this.sessions = sessions;
    this.ledger = ledger;
    this.refusals = refusals;
    this.meters = meters;
  }

  public void route(Router router) {
    router.post("/v1/acknowledgements").handler(taking(this::acknowledge));
    router.post("/v1/spend").handler(taking(this::spend));
  }

  private Handler<RoutingContext> taking(BiConsumer<RoutingContext, Buffer> report) {
    return intake.handler(
        (call, body) -> {
          report.accept(call, body);
          return Future.succeededFuture();
        });
  }

  private void acknowledge(RoutingContext call, Buffer body) {
    Optional<Acknowledgement> said = read(call, body, Acknowledgement.class);
    if (said.isEmpty()) {
      return;
    }
    if (said.get().verdict() == null || said.get().version() == null) {
      answer(call, 400, "Incomplete", "an acknowledgement has a version and a verdict");
      return;
    }
    Optional<InjectedPod> pod = pod(call, said.get().session());
    if (pod.isPresent()) {
      ledger.acknowledged(pod.get(), said.get());
      meters.acknowledgement(said.get().verdict().name());
      if (said.get().verdict() == Acknowledgement.Verdict.Refused) {
        refusals.tell(pod.get(), said.get());
      }
      call.response().setStatusCode(204).end();
    }
  }

  private void spend(RoutingContext call, Buffer body) {
    Optional<SpendReport> report = read(call, body, SpendReport.class);
    if (report.isPresent() && !report.get().windows().stream().allMatch(ReportEndpoint::complete)) {
      answer(call, 400, "Incomplete", "a window has a budget, a limit and decimal amounts");
      return;
    }
    Optional<InjectedPod> pod = report.flatMap(r -> pod(call, r.session()));
    if (pod.isPresent()) {
      ledger.spent(pod.get(), report.get());
      call.response().setStatusCode(204).end();
    }
  }

  private static boolean complete(SpendReport.Window window) {
    return window.budget() != null
        && window.limit() != null
        && decimal(window.spent())
        && decimal(window.reserved());
  }

  private static boolean decimal(String amount) {
    return amount != null && AMOUNT.matcher(amount).matches();
  }

  private Optional<InjectedPod> pod(RoutingContext call, String session) {
    Optional<InjectedPod> pod = sessions.find(session);
    if (pod.isEmpty()) {
      answer(call, 401, "UnknownSession", "no open stream has this session; open one again");
    }
    return pod;
  }

  private static <T> Optional<T> read(RoutingContext call, Buffer body, Class<T> type) {
    try {
      return Optional.ofNullable(FrameCodec.read(body, type));
    } catch (IOException e) {
      answer(call, 400, "NotReadable", "the body is no " + type.getSimpleName());
      return Optional.empty();
    }
  }

  private static void answer(RoutingContext call, int status, String reason, String message) {
    call.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(FrameCodec.json(Map.of("reason", reason, "message", message)));
  }
}
