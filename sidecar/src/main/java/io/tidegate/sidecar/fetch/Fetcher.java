package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.Settings;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The conversation with the operator, put together from its parts. */
public final class Fetcher {
  private final Vertx vertx;
  private final Context context;
  private final OperatorClient operator;
  private final ConfigurationStream stream;
  private final SpendReporter reporter;
  private final long reports;
  private final long lastWordMillis;

  private Fetcher(
      Vertx vertx,
      Context context,
      OperatorClient operator,
      ConfigurationStream stream,
      SpendReporter reporter,
      long reports,
      long lastWordMillis) {
    this.vertx = vertx;
    this.context = context;
    this.operator = operator;
    this.stream = stream;
    this.reporter = reporter;
    this.reports = reports;
    this.lastWordMillis = lastWordMillis;
  }

  /**
   * Begins to fetch; called on {@code context}, an event loop's. The stream's failures are no
   * failures of this: they are on {@code status}, and tried again.
   *
   * @param settings with an operator's URL
   * @param windows what the ledger holds; called on the event loop
   */
  public static Fetcher start(
      Vertx vertx,
      Context context,
      Settings settings,
      StreamTiming timing,
      Held held,
      Supplier<List<SpendReport.Window>> windows,
      InstantSource clock) {
    RandomGenerator random = RandomGenerator.getDefault();
    OperatorTrust trust = new OperatorTrust(settings.caPem(), settings.caFile(), held.status());
    OperatorClient operator = new OperatorClient(vertx, settings.operatorUrl(), trust, timing);
    ConfigurationAdopter adopter =
        new ConfigurationAdopter(
            context, held.policy(), held.lastKnownGood(), held.credentials(), held.status(), clock);
    ConfigurationStream stream =
        new ConfigurationStream(
            vertx,
            context,
            operator,
            settings.tokenFile(),
            held.policy(),
            adopter,
            held.status(),
            timing,
            () -> new Backoff(timing.floor(), timing.base(), timing.cap(), random));
    stream.start();
    SpendReporter reporter = new SpendReporter(operator, stream::sessionId, windows, held.status());
    long reports = reporter.start(vertx, timing);
    return new Fetcher(
        vertx, context, operator, stream, reporter, reports, timing.lastWord().toMillis());
  }

  /** Says what was spent last, within {@link StreamTiming#lastWord}, and hangs up. */
  public Future<Void> close() {
    vertx.cancelTimer(reports);
    return Future.<Void>future(said -> context.runOnContext(go -> reporter.last().onComplete(said)))
        .timeout(lastWordMillis, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .compose(
            said -> {
              stream.close();
              return operator.close();
            });
  }

  /** What is fetched, and where it is kept. */
  public record Held(
      PolicyHolder policy,
      LastKnownGood lastKnownGood,
      CredentialStore credentials,
      FetchStatus status) {}
}
