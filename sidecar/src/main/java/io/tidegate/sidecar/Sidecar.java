package io.tidegate.sidecar;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.sidecar.admin.AdminServer;
import io.tidegate.sidecar.budget.BudgetGate;
import io.tidegate.sidecar.budget.BudgetSettler;
import io.tidegate.sidecar.budget.LocalLedger;
import io.tidegate.sidecar.config.Settings;
import io.tidegate.sidecar.fetch.CredentialStore;
import io.tidegate.sidecar.fetch.FetchStatus;
import io.tidegate.sidecar.fetch.Fetcher;
import io.tidegate.sidecar.fetch.LastKnownGood;
import io.tidegate.sidecar.fetch.PolicyHolder;
import io.tidegate.sidecar.fetch.StartOrder;
import io.tidegate.sidecar.fetch.StreamTiming;
import io.tidegate.sidecar.listen.CallListener;
import io.tidegate.sidecar.listen.Limits;
import io.tidegate.sidecar.record.BudgetMetrics;
import io.tidegate.sidecar.record.CallMetrics;
import io.tidegate.sidecar.record.CallRecorder;
import io.tidegate.sidecar.record.EventSink;
import io.tidegate.sidecar.upstream.Dispatcher;
import io.tidegate.sidecar.upstream.UpstreamPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * The whole sidecar on one event loop. Its stages, in the order in which the constructor puts them
 * up:
 *
 * <pre>
 * files      StartOrder      what the last process left: configuration, credentials
 * budget     LocalLedger     accounts, from the journal
 * record     CallRecorder    one event a call, on its own thread
 * upstream   Dispatcher      attempts at providers
 * call       CallLine        dialect, identity, route, prompt; then the dispatcher
 * listen     CallListener    where applications call
 * admin      AdminServer     health, metrics, configuration
 * fetch      Fetcher         the operator's stream, for as long as the process lives
 * </pre>
 */
public final class Sidecar implements AutoCloseable {
  /** Events that may wait for a slow reader before new calls are refused. */
  private static final int WAITING_EVENTS = 10_000;

  private static final Duration CUT = Duration.ofMillis(1);
  private static final long SHOW_BUDGETS_MILLIS = 1000;

  private final Vertx vertx;
  private final Context loop;
  private final ExecutorService disk;
  private final PrometheusMeterRegistry meters;
  private final Fetcher.Held held;
  private final LocalLedger ledger;
  private final CallRecorder recorder;
  private final UpstreamPool upstream;
  private final CallLine calls;
  private final CallListener listener;
  private final AdminServer admin;
  private final Fetcher fetcher;

  private Sidecar(Settings settings, Surroundings surroundings) {
    vertx = EventLoop.create(settings.hostsFile());
    loop = vertx.getOrCreateContext();
    disk = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("tidegate-disk").factory());
    meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    InstantSource clock = surroundings.clock();
    try {
      held = held(settings, clock);
      BudgetMetrics budgets = new BudgetMetrics(meters);
      ledger = LocalLedger.open(settings.stateDir(), clock, disk, budgets);
      recorder = new CallRecorder(surroundings.events(), new CallMetrics(meters), WAITING_EVENTS);
      upstream = new UpstreamPool(vertx);
      calls = new CallLine(held.policy()::current, dispatcher(clock), recorder);
      listener =
          bound(
              "TIDEGATE_LISTEN=" + settings.listen(),
              CallListener.start(
                  loop,
                  settings.listen().host(),
                  settings.listen().port(),
                  calls,
                  Limits.standard()));
      admin =
          bound(
              "TIDEGATE_ADMIN_LISTEN=" + settings.adminListen(),
              AdminServer.start(vertx, settings.adminListen(), held, meters::scrape));
      fetcher = fetcher(settings, surroundings);
      loop.runOnContext(on -> vertx.setPeriodic(SHOW_BUDGETS_MILLIS, tick -> show(budgets)));
    } catch (RuntimeException | Error e) {
      disk.shutdownNow();
      vertx.close();
      throw e;
    }
  }

  private static <T> T bound(String setting, Future<T> listening) {
    return listening
        .recover(
            taken ->
                Future.failedFuture(
                    new StartFailed(
                        "cannot listen at "
                            + setting
                            + ": "
                            + taken.getMessage()
                            + "; free the port or choose another",
                        taken)))
        .await();
  }

  /**
   * Starts, and returns when calls are accepted; with what configuration, or none yet, is on the
   * admin port. Blocks; not for an event loop.
   *
   * @throws StartFailed if an address cannot be bound
   */
  public static Sidecar start(Settings settings, Surroundings surroundings) {
    return new Sidecar(settings, surroundings);
  }

  private Fetcher.Held held(Settings settings, InstantSource clock) {
    Fetcher.Held files =
        new Fetcher.Held(
            new PolicyHolder(),
            new LastKnownGood(settings.stateDir()),
            new CredentialStore(settings.credentialsDir()),
            new FetchStatus(clock, meters));
    new StartOrder(
            files.lastKnownGood(),
            settings.configFile(),
            files.credentials(),
            files.policy(),
            files.status(),
            clock)
        .adopt();
    return files;
  }

  private Dispatcher dispatcher(InstantSource clock) {
    return new Dispatcher(
        vertx,
        upstream,
        new BudgetGate(ledger),
        new BudgetSettler(ledger),
        held.credentials(),
        clock,
        RandomGenerator.getDefault());
  }

  private Fetcher fetcher(Settings settings, Surroundings surroundings) {
    if (settings.operatorUrl() == null) {
      return null;
    }
    return Future.<Fetcher>future(
            started ->
                loop.runOnContext(
                    on ->
                        started.complete(
                            Fetcher.start(
                                vertx,
                                loop,
                                settings,
                                surroundings.timing(),
                                held,
                                ledger::report,
                                surroundings.clock()))))
        .await();
  }

  private void show(BudgetMetrics budgets) {
    var windows = ledger.report();
    vertx.executeBlocking(
        () -> {
          budgets.show(windows);
          return null;
        });
  }

  /** Where applications call. */
  public int listenPort() {
    return listener.port();
  }

  public int adminPort() {
    return admin.port();
  }

  /** What is in force, for the start line; null if nothing is yet. */
  public PolicyHolder.Held configuration() {
    return held.policy().held();
  }

  /**
   * Serves on, new calls too, until no call is open or the time is over; then refuses what still
   * comes, ends what is left, and closes the port.
   */
  public Future<Void> drain(Duration atMost) {
    return Future.<Boolean>future(
            quiet ->
                loop.runOnContext(
                    on -> Quiet.await(vertx, calls::openCalls, atMost).onComplete(quiet)))
        .compose(quiet -> listener.drain(CUT));
  }

  /** Ends at once, with the events of what was open written. Blocks; not for an event loop. */
  @Override
  public void close() {
    listener.drain(CUT).await();
    if (fetcher != null) {
      fetcher.close().await();
    }
    recorder.close();
    Future.<Void>future(
            closed ->
                loop.runOnContext(
                    on -> {
                      upstream.close();
                      ledger.close();
                      closed.complete();
                    }))
        .await();
    disk.close();
    admin.close().await();
    vertx.close().await();
    meters.close();
  }

  /**
   * What is not the same in a process and in a test.
   *
   * @param events where events go
   */
  public record Surroundings(InstantSource clock, StreamTiming timing, EventSink events) {}

  /** The message names the setting and the next step. */
  public static final class StartFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
