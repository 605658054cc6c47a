package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.policy.Money;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise about money, kept by the real process against a far end that keeps its own bill. */
class StrictBudgetIT {
  private static final String LIMIT = "2.00";

  /** Room for some calls in each life: what is open at a kill is charged in full. */
  private static final String LIMIT_OF_LIVES = "20.00";

  private static final int CLIENTS = 64;
  private static final int CALLS_EACH = 40;
  private static final ObjectRef BUDGET = new ObjectRef("TenantBudget", "e2e", "strict");

  @Test
  void sixtyFourUnrulyClientsNeverOverspend(@TempDir Path work) throws Exception {
    try (BillingFarEnd farEnd = new BillingFarEnd(42, 10_000_000, 40_000_000);
        SidecarProcess sidecar = new SidecarProcess(work, snapshot(farEnd.port(), LIMIT))) {
      int[] statuses = new Clients(sidecar.port()).run();
      assertThat(statuses[200]).as("some calls were served").isGreaterThan(50);
      assertThat(statuses[429]).as("the budget has refused in the end").isPositive();
      assertThat(farEnd.served()).isGreaterThan(statuses[200] - 1L);
      assertThat(farEnd.billedPicoUsd())
          .as("what the far end bills")
          .isPositive()
          .isLessThanOrEqualTo(Money.ofUsd(LIMIT).picoUsd());
      nothingIsReservedWhenIdle(sidecar);
      everyCallHasOneEvent(sidecar);
    }
  }

  @Test
  void killedInMidCallItRemembersWhatIsSpent(@TempDir Path work) throws Exception {
    try (BillingFarEnd farEnd = new BillingFarEnd(7, 10_000_000, 40_000_000);
        SidecarProcess sidecar =
            new SidecarProcess(work, snapshot(farEnd.port(), LIMIT_OF_LIVES))) {
      for (int life = 0; life < 4; life++) {
        new Clients(sidecar.port()).whenServed(20, sidecar::kill).run();
        sidecar.awaitEnd();
        sidecar.start();
      }
      new Clients(sidecar.port()).run();
      assertThat(farEnd.billedPicoUsd())
          .as("what the far end bills over five lives")
          .isPositive()
          .isLessThanOrEqualTo(Money.ofUsd(LIMIT_OF_LIVES).picoUsd());
    }
  }

  private static void nothingIsReservedWhenIdle(SidecarProcess sidecar) {
    Line.await(
        Line.PATIENCE,
        () -> "still reserved: " + reserved(sidecar),
        () ->
            !reserved(sidecar).isEmpty()
                && reserved(sidecar).stream().allMatch(StrictBudgetIT::isZero));
  }

  private static List<String> reserved(SidecarProcess sidecar) {
    return sidecar.metrics().lines().filter(l -> l.startsWith("tidegate_budget_reserved")).toList();
  }

  private static boolean isZero(String sample) {
    return new BigDecimal(sample.substring(sample.lastIndexOf(' ') + 1)).signum() == 0;
  }

  private static void everyCallHasOneEvent(SidecarProcess sidecar) throws Exception {
    Line.await(
        Line.PATIENCE,
        () -> sidecar.eventLines().size() + " events",
        () -> sidecar.eventLines().size() == CLIENTS * CALLS_EACH);
    for (String line : sidecar.eventLines()) {
      JsonNode event = new JsonMapper().readTree(line);
      assertThat(event.path("decision").isMissingNode()).as(line).isFalse();
    }
  }

  private static Snapshot snapshot(int farEnd, String limit) {
    ObjectRef provider = new ObjectRef("ModelProvider", "e2e", "far-end");
    Provider.Model model =
        new Provider.Model("m", "m", null, 2000, new Provider.Price("10", "40", null, null, null));
    Route.Rule rule =
        new Route.Rule(
            "all",
            Route.Match.ANY,
            List.of(new Route.Target(provider, "m", 1)),
            Route.Select.Weighted,
            null,
            new Route.Retry(1, 1, 10),
            null,
            null);
    return new Snapshot(
        Snapshot.SCHEMA_VERSION,
        new Snapshot.Workload("e2e", "default", "clients"),
        List.of(new Route(new ObjectRef("ModelRoute", "e2e", "all"), List.of(), List.of(rule))),
        List.of(
            new Provider(
                provider,
                Provider.Type.OpenAI,
                "http://127.0.0.1:" + farEnd + "/v1",
                null,
                null,
                new Provider.Timeouts(2000, 30000, 60000, 600000),
                List.of(model))),
        List.of(
            new Budget(
                BUDGET,
                new Budget.Subject(null, null, null, null, null),
                null,
                List.of(
                    new Budget.Limit("daily", Budget.Unit.Usd, limit, Budget.Window.Day, "UTC")),
                16)),
        List.of(),
        new Profile(
            null,
            List.of(),
            new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
            new Profile.RequestLimits(32L << 20, 64)),
        List.of());
  }

  /** Clients of random sizes that sometimes hang up. */
  private static final class Clients {
    private final Random random = new Random(1);
    private final AtomicInteger[] statuses = new AtomicInteger[600];
    private final CountDownLatch done = new CountDownLatch(CLIENTS);
    private final int port;
    private int served = Integer.MAX_VALUE;
    private Runnable then = () -> {};

    Clients(int port) {
      this.port = port;
      for (int i = 0; i < statuses.length; i++) {
        statuses[i] = new AtomicInteger();
      }
    }

    /** Does this, on the event loop, once so many calls were answered with 200. */
    Clients whenServed(int calls, Runnable what) {
      served = calls;
      then = what;
      return this;
    }

    /** Calls by status; index 0: no answer. */
    int[] run() throws Exception {
      Vertx vertx = Vertx.vertx();
      HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CLIENTS));
      for (int i = 0; i < CLIENTS; i++) {
        vertx.runOnContext(v -> call(client, CALLS_EACH));
      }
      assertThat(done.await(300, TimeUnit.SECONDS)).as("all calls end").isTrue();
      vertx.close().toCompletionStage().toCompletableFuture().get();
      int[] counts = new int[statuses.length];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = statuses[i].get();
      }
      return counts;
    }

    private void call(HttpClient client, int left) {
      if (left == 0) {
        done.countDown();
        return;
      }
      boolean hangsUp;
      Buffer body;
      synchronized (random) {
        hangsUp = random.nextInt(6) == 0;
        body =
            Buffer.buffer(
                "{\"model\":\"m\",\"stream\":%s,\"max_completion_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                    .formatted(
                        random.nextBoolean(),
                        20 + random.nextInt(400),
                        "w".repeat(random.nextInt(3000))));
      }
      client
          .request(HttpMethod.POST, port, "127.0.0.1", "/v1/chat/completions")
          .compose(request -> request.putHeader("content-type", "application/json").send(body))
          .compose(response -> read(response, hangsUp)) // on this event loop, so nothing is lost
          .onComplete(
              result -> {
                int status = result.succeeded() ? result.result() : 0;
                int count = statuses[status].incrementAndGet();
                if (status == 200 && count == served) {
                  then.run();
                }
                call(client, left - 1);
              });
    }

    private io.vertx.core.Future<Integer> read(HttpClientResponse response, boolean hangsUp) {
      if (hangsUp) {
        return response.request().connection().close().map(v -> 0);
      }
      return response.body().map(v -> response.statusCode());
    }
  }
}
