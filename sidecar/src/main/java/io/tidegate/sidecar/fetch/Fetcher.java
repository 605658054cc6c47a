package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.Settings;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The conversation with the operator, put together from its parts. */
public final class Fetcher {
  private final Vertx vertx;
  private final OperatorClient operator;
  private final ConfigurationStream stream;
  private final long reports;

  private Fetcher(Vertx vertx, OperatorClient operator, ConfigurationStream stream, long reports) {
    this.vertx = vertx;
    this.operator = operator;
    this.stream = stream;
    this.reports = reports;
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
    long reports =
        new SpendReporter(operator, stream::sessionId, windows, held.status()).start(vertx, timing);
    return new Fetcher(vertx, operator, stream, reports);
  }

  public Future<Void> close() {
    vertx.cancelTimer(reports);
    stream.close();
    return operator.close();
  }

  /** What is fetched, and where it is kept. */
  public record Held(
      PolicyHolder policy,
      LastKnownGood lastKnownGood,
      CredentialStore credentials,
      FetchStatus status) {}
}
