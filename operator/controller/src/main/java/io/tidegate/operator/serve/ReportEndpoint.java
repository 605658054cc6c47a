package io.tidegate.operator.serve;

import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/acknowledgements} and {@code POST /v1/spend}: 204, 400 if the body is not what
 * the contract says, 401 if no open stream has the session.
 */
public final class ReportEndpoint {
  private static final Pattern AMOUNT = Pattern.compile("-?[0-9]{1,24}([.][0-9]{1,24})?");
  private static final int MOST_BYTES = 512 * 1024;

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
    BodyHandler body = BodyHandler.create(false).setBodyLimit(MOST_BYTES);
    router.post("/v1/acknowledgements").handler(body).handler(this::acknowledge);
    router.post("/v1/spend").handler(body).handler(this::spend);
  }

  private void acknowledge(RoutingContext call) {
    Optional<Acknowledgement> said = read(call, Acknowledgement.class);
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

  private void spend(RoutingContext call) {
    Optional<SpendReport> report = read(call, SpendReport.class);
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

  private static <T> Optional<T> read(RoutingContext call, Class<T> type) {
    try {
      return Optional.ofNullable(FrameCodec.read(call.body().buffer(), type));
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
