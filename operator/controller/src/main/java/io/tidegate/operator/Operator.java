package io.tidegate.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.operator.CompileLine.Compiled;
import io.tidegate.operator.admin.AdminEndpoint;
import io.tidegate.operator.admin.Readiness;
import io.tidegate.operator.admin.Readiness.Step;
import io.tidegate.operator.compile.PolicyCompiler;
import io.tidegate.operator.events.EventPublisher;
import io.tidegate.operator.events.PodsToCome;
import io.tidegate.operator.reach.ApiConnection;
import io.tidegate.operator.reach.Patience;
import io.tidegate.operator.reach.WatchLiveness;
import io.tidegate.operator.serve.AckLedger;
import io.tidegate.operator.serve.BoundedClient;
import io.tidegate.operator.serve.ReplicaReportStore;
import io.tidegate.operator.serve.SnapshotStore;
import io.tidegate.operator.status.StatusProjector;
import io.tidegate.operator.status.StatusWriter;
import io.tidegate.operator.status.WriterElection;
import io.tidegate.operator.tls.CertificateIssuer;
import io.tidegate.operator.watch.ChangeDebouncer;
import io.tidegate.operator.watch.Definitions;
import io.tidegate.operator.watch.ResourceCache;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the operator, wired by hand. The reconcile line:
 *
 * <ol>
 *   <li>watch: {@link ResourceCache} holds what the API server has,
 *   <li>watch: {@link ChangeDebouncer} turns bursts of changes into one run,
 *   <li>compile: {@link CompileLine} makes snapshots of it, by a pure compiler,
 *   <li>serve: {@link SnapshotStore} holds those in force,
 *   <li>serve: {@link ServeLine} streams them to sidecars, with credentials,
 *   <li>serve: {@link AckLedger} holds what sidecars said to them,
 *   <li>status: {@link StatusLine} projects all that into statuses, and writes them where this
 *       replica holds the Lease.
 * </ol>
 *
 * Beside it stand the {@link AdmissionLine}, which injects sidecars, the {@link PlainPodLine},
 * which tells of pods that lack one, and the {@link TrustLine}, which tells everybody our CA.
 */
public final class Operator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Operator.class);

  private static final Duration STATUS_QUIET = Duration.ofMillis(50);
  private static final Duration STATUS_MOST = Duration.ofMillis(500);
  private static final Duration REPORT_QUIET = Duration.ofMillis(500);
  private static final Duration REPORT_MOST = Duration.ofSeconds(2);

  /** Lag and windows end by the clock, without any event. */
  private static final Duration STATUS_PERIOD = Duration.ofSeconds(5);

  /** Other Events wait behind one that is being written. */
  private static final Duration LONGEST_EVENT = Duration.ofSeconds(2);

  /** Others may undo what the trust line wrote. */
  private static final Duration TRUST_PERIOD = Duration.ofSeconds(30);

  private final OperatorSettings settings;
  private final ApiConnection api;
  private final KubernetesClient client;
  private final Decisions decisions;
  private final Vertx vertx = EventLoops.create();
  private final Readiness readiness = new Readiness();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Clock clock = Clock.systemUTC();
  private final LineThread compileThread = new LineThread("tidegate-compile");
  private final LineThread statusThread = new LineThread("tidegate-status");
  private final LineThread trustThread = new LineThread("tidegate-trust");

  /** What is to be closed, last opened first. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private HttpServer admin;
  private CertificateIssuer issuer;
  private OperatorServer server;

  private Operator(OperatorSettings settings, KubernetesClientBuilder api, Decisions decisions) {
    this.settings = settings;
    this.api = opened(ApiConnection.open(api, new WatchLiveness(System::nanoTime)));
    this.client = this.api.client();
    this.decisions = decisions;
  }

  /**
   * Returns once caches are synced, the first compilation is in force and both ports answer. Blocks
   * until then, so not on an event loop, and for as long as the API server does not answer or lacks
   * the definitions of our kinds, or another issuer has still to make the certificate. Fails, with
   * everything closed again, if a port is taken, if the API server refuses, or if it does not list
   * our kinds in time.
   *
   * @param api says which API server, and as whom it is asked; the operator opens a client of its
   *     own
   */
  public static Operator start(OperatorSettings settings, KubernetesClientBuilder api) {
    PolicyCompiler compiler = new PolicyCompiler();
    return start(settings, api, new Decisions(compiler::compile, StatusProjector::project));
  }

  /** The same with other decisions. */
  static Operator start(
      OperatorSettings settings, KubernetesClientBuilder api, Decisions decisions) {
    Operator operator = new Operator(settings, api, decisions);
    try {
      operator.open();
      return operator;
    } catch (RuntimeException e) {
      operator.close();
      throw e;
    }
  }

  private void open() {
    opened.push(() -> vertx.close().await());
    admin =
        new AdminEndpoint(vertx, readiness, meters, api.liveness()::stalled)
            .listen(settings.host(), settings.adminPort())
            .await();
    Patience patience = Patience.standard();
    new Definitions(client).await(patience);
    readiness.done(Step.Definitions);
    issuer = patience.ask("certificates", this::certificates);
    readiness.done(Step.Certificate);
    issuer.keepFresh(vertx);

    ChangeRelay changes = new ChangeRelay();
    ResourceCache cache = opened(new ResourceCache(api, scope(), clock, changes));
    SnapshotStore store = new SnapshotStore();
    CompileLine compile = new CompileLine(cache, decisions.compiler(), store, clock, meters);
    AckLedger ledger = new AckLedger(clock, changes::acknowledged);
    EventPublisher events =
        opened(
            new EventPublisher(BoundedClient.of(client, LONGEST_EVENT), clock, settings.replica()));
    PodsToCome toCome = new PodsToCome(events, clock);
    ServeLine serve =
        opened(
            new ServeLine(
                settings, client, vertx, cache, issuer, store, ledger, events, clock, meters));
    WriterElection election =
        opened(
            new WriterElection(
                client,
                settings.namespace(),
                settings.replica(),
                settings.leaseDuration(),
                System::nanoTime));
    StatusLine status =
        new StatusLine(
            cache,
            compile::latest,
            ledger,
            new ReplicaReportStore(client, settings.namespace()),
            decisions.projection(),
            new StatusWriter(
                client, settings.statusInterval(), System::nanoTime, election::leading, meters),
            election::leading,
            clock,
            settings.replica());
    AdmissionLine admission =
        new AdmissionLine(settings, client, cache, issuer, toCome, meters, clock);
    PlainPodLine plainPods = new PlainPodLine(cache, events, election::leading, meters);
    TrustLine trust = new TrustLine(client, issuer, settings.webhookConfiguration());

    cache.sync();
    status.restore();
    readiness.done(Step.CachesSynced);
    opened(compileThread);
    opened(statusThread);
    opened(trustThread);
    connect(changes, toCome, compile, serve, status, plainPods, election, trust, ledger);
    OperatorMeters.bind(meters, cache, api.liveness(), serve.stream(), issuer);
    server =
        OperatorServer.listen(
                vertx,
                issuer,
                settings.host(),
                settings.tlsPort(),
                router -> {
                  serve.sidecars().route(router);
                  admission.route(router);
                })
            .await();
    opened.push(
        () -> {
          serve.endStreams();
          server.close();
        });
    readiness.done(Step.Listening);
    LOG.info("Replica {} serves on ports {} and {}", settings.replica(), tlsPort(), adminPort());
  }

  private CertificateIssuer certificates() {
    String namespace = settings.namespace();
    return settings.certificateSecret().isEmpty()
        ? CertificateIssuer.open(client, namespace, OperatorServer.names(settings), clock)
        : CertificateIssuer.supplied(client, namespace, settings.certificateSecret(), clock);
  }

  /** Joins the stages: who runs after whom, and on which thread. */
  private void connect(
      ChangeRelay changes,
      PodsToCome toCome,
      CompileLine compile,
      ServeLine serve,
      StatusLine status,
      PlainPodLine plainPods,
      WriterElection election,
      TrustLine trust,
      AckLedger ledger) {
    ChangeDebouncer statuses =
        debouncer(STATUS_QUIET, STATUS_MOST, statusThread, () -> writeStatuses(status, changes));
    ChangeDebouncer reports = debouncer(REPORT_QUIET, REPORT_MOST, statusThread, status::publish);
    Runnable compileAndServe =
        () -> {
          serve.recheckImages();
          if (compile.run()) {
            Compiled compiled = compile.latest().orElseThrow();
            ledger.keepOnly(compiled.pods());
            readiness.done(Step.FirstCompile);
            serve.stream().refreshAll();
            statuses.changed();
            trustThread.after(Duration.ZERO, () -> trust.publish(compiled.view()));
          }
        };
    ChangeDebouncer compiles =
        debouncer(
            settings.debounceQuiet(), settings.debounceMost(), compileThread, compileAndServe);
    changes.connect(compiles, statuses, reports, serve.stream(), toCome);
    compileThread.after(Duration.ZERO, compileAndServe);
    issuer.onCaChange(_ -> compiles.changed());
    trustThread.every(
        TRUST_PERIOD, () -> compile.latest().ifPresent(compiled -> trust.repair(compiled.view())));
    statusThread.every(
        STATUS_PERIOD,
        () -> {
          reports.changed();
          statuses.changed();
          plainPods.pass();
        });
    election.start(
        () ->
            statusThread.after(
                Duration.ZERO,
                () -> {
                  status.elected();
                  statuses.changed();
                  plainPods.pass();
                }));
  }

  private void writeStatuses(StatusLine status, ChangeRelay changes) {
    if (status.write()) {
      statusThread.after(settings.statusInterval(), changes::reportChanged);
    }
  }

  private static ChangeDebouncer debouncer(
      Duration quiet, Duration most, LineThread thread, Runnable run) {
    return new ChangeDebouncer(quiet, most, System::nanoTime, thread, run);
  }

  private ResourceCache.Scope scope() {
    return new ResourceCache.Scope(
        settings.namespace(),
        Set.copyOf(settings.secretNamespaces()),
        Set.of(CertificateIssuer.SECRET),
        ReplicaReportStore.LABEL);
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  /** The port that answers TLS. */
  public int tlsPort() {
    return server.port();
  }

  public int adminPort() {
    return admin.actualPort();
  }

  /** PEM of every CA that a client of {@link #tlsPort} may have to trust now, newest first. */
  public String caPem() {
    return issuer.caPem();
  }

  /** Completes once caches are synced, the first compile is done and the TLS port answers. */
  public CompletionStage<Void> whenReady() {
    return readiness.whenReady();
  }

  /**
   * Serves on for a while, and lets go of callers that would come again. Blocks for as long.
   *
   * @param length until nobody is sent here any more
   */
  public void retire(Duration length) {
    server.retire();
    vertx.timer(length.toMillis(), TimeUnit.MILLISECONDS).await();
  }

  /** Ends streams and stops watching; a second call does nothing. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not close as it should", part.getClass().getSimpleName(), e);
      }
    }
  }
}
