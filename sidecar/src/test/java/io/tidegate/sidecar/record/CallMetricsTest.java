package io.tidegate.sidecar.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CallMetricsTest {
  private static final String SERVED =
      "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\","
          + "gen_ai_request_model=\"gpt-mini\"";
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CallMetrics metrics = new CallMetrics(registry);

  private static String buckets(String text, String name, String labels) {
    return text.lines()
        .filter(line -> line.startsWith(name + "_bucket{") && line.contains(labels))
        .map(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
        .collect(Collectors.joining(","));
  }

  @Test
  void theGenAiMetricsHaveTheNamesLabelsAndBucketsOfTheConvention() {
    metrics.observe(Events.completed());
    String text = registry.scrape();

    assertThat(text)
        .contains(
            "gen_ai_client_token_usage_sum{" + SERVED + ",gen_ai_token_type=\"input\"} 1200.0",
            "gen_ai_client_token_usage_sum{" + SERVED + ",gen_ai_token_type=\"output\"} 300.0",
            "gen_ai_client_operation_duration_seconds_sum{error_type=\"\"," + SERVED + "} 0.8",
            "gen_ai_server_request_duration_seconds_sum{error_type=\"\"," + SERVED + "} 0.812",
            "gen_ai_server_time_to_first_token_seconds_sum{" + SERVED + "} 0.093",
            "gen_ai_server_time_per_output_token_seconds_count{" + SERVED + "} 1");
    assertThat(buckets(text, "gen_ai_client_token_usage", "type=\"input\""))
        .isEqualTo(
            "1.0,4.0,16.0,64.0,256.0,1024.0,4096.0,16384.0,65536.0,262144.0,1048576.0,4194304.0,"
                + "1.6777216E7,6.7108864E7,+Inf");
    assertThat(buckets(text, "gen_ai_server_request_duration_seconds", "chat"))
        .isEqualTo(
            "0.01,0.02,0.04,0.08,0.16,0.32,0.64,1.28,2.56,5.12,10.24,20.48,40.96,81.92,+Inf");
    assertThat(buckets(text, "gen_ai_server_time_to_first_token_seconds", "chat"))
        .isEqualTo(
            "0.001,0.005,0.01,0.02,0.04,0.06,0.08,0.1,0.25,0.5,0.75,1.0,2.5,5.0,7.5,10.0,+Inf");
  }

  @Test
  void ourOwnMetricsTellDecisionsCostBudgetsAndOverhead() {
    metrics.observe(Events.completed());
    metrics.observe(Events.refused());
    String text = registry.scrape();

    assertThat(text)
        .contains(
            "tidegate_calls_total{decision=\"allowed\",outcome=\"completed\",reason=\"\","
                + "route=\"support/everyday\"} 1.0",
            "tidegate_calls_total{decision=\"refused\",outcome=\"refused\","
                + "reason=\"tidegate_budget_exhausted\",route=\"\"} 1.0",
            "tidegate_cost_usd_total{model=\"gpt-mini\",provider=\"support/openai\","
                + "route=\"support/everyday\",usage_source=\"measured\"} 0.003123456789",
            "tidegate_budget_denials_total{budget=\"support/team\",limit=\"daily\"} 1.0",
            "tidegate_attempts_total{route=\"support/everyday\"} 2.0",
            "tidegate_fallbacks_total{route=\"support/everyday\"} 1.0",
            "tidegate_overhead_seconds_count{route=\"support/everyday\"} 1",
            "error_type=\"tidegate_budget_exhausted\"");
  }

  @Test
  void aCallThatIsRefusedBeforeAnAttemptCountsForItsRoute() {
    metrics.observe(
        CallEvent.builder("call-3", Operation.MESSAGES)
            .decision(
                CallEvent.Decision.refused(
                    Refusal.by(Reason.INPUT_TOO_LONG, Events.ROUTE, "cheap", "too long")))
            .served(new CallEvent.Served(null, null, null, false, Events.ROUTE, "cheap", null))
            .timings(new CallEvent.Timings(Duration.ofMillis(1), null, null, null))
            .status(400)
            .build(Events.NOW, Outcome.REFUSED));

    assertThat(registry.scrape())
        .contains(
            "tidegate_calls_total{decision=\"refused\",outcome=\"refused\","
                + "reason=\"tidegate_input_too_long\",route=\"support/everyday\"} 1.0")
        .contains("gen_ai_provider_name=\"\",gen_ai_request_model=\"\"");
  }

  @Test
  void aCallersTextIsNeverALabel() {
    String secret = "caller-wrote-this";
    metrics.observe(
        Events.full()
            .asked(secret, false)
            .task(Events.task(secret, secret, secret, secret, secret, secret, secret, secret))
            .served(Events.served(secret, false))
            .status(404)
            .build(Events.NOW, Outcome.COMPLETED));

    assertThat(registry.scrape())
        .doesNotContain(secret)
        .contains("gen_ai_request_model=\"_OTHER\"");
    Set<String> names =
        registry.getMeters().stream()
            .map(Meter::getId)
            .flatMap(id -> id.getTags().stream())
            .map(Tag::getKey)
            .collect(Collectors.toSet());
    assertThat(names)
        .isSubsetOf(
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model",
            "gen_ai.token.type",
            "error.type",
            "decision",
            "reason",
            "outcome",
            "route",
            "provider",
            "model",
            "usage_source",
            "cause");
  }

  @Test
  void theNumberOfSeriesIsBoundedHoweverOftenTheConfigurationChanges() {
    for (int i = 0; i < MeterCache.MAX + 500; i++) {
      metrics.observe(
          Events.full()
              .served(Events.served("model-" + i, true))
              .build(Events.NOW, Outcome.COMPLETED));
    }

    assertThat(registry.find("gen_ai.server.request.duration").timers())
        .hasSize(MeterCache.MAX + 1);
    assertThat(
            registry
                .get("gen_ai.server.request.duration")
                .tag("gen_ai.request.model", GenAiMetrics.OTHER)
                .timer()
                .count())
        .isEqualTo(500);
  }

  @Test
  void budgetsShowWhatTheLastReportSaysAndNothingOlder() {
    BudgetMetrics budgets = new BudgetMetrics(registry);
    budgets.show(
        List.of(
            new SpendReport.Window(Events.BUDGET, "daily", Budget.Unit.Usd, 1, "1.25", "0.5"),
            new SpendReport.Window(
                Events.BUDGET, "parallel", Budget.Unit.ConcurrentRequests, 0, "0", "3")));
    assertThat(registry.scrape())
        .contains(
            "tidegate_budget_spent{budget=\"support/team\",limit=\"daily\"} 1.25",
            "tidegate_budget_reserved{budget=\"support/team\",limit=\"parallel\"} 3.0");

    budgets.show(
        List.of(
            new SpendReport.Window(Events.BUDGET, "daily", Budget.Unit.Usd, 2, "0.00", "0.00")));

    assertThat(registry.scrape())
        .contains("tidegate_budget_spent{budget=\"support/team\",limit=\"daily\"} 0.0")
        .doesNotContain("limit=\"parallel\"");
  }

  @Test
  void faultsOfTheLedgerAreCounted() {
    BudgetMetrics budgets = new BudgetMetrics(registry);
    budgets.breached(new ObjectRef("TenantBudget", "support", "team"), "daily");
    budgets.settledTwice(7);
    budgets.journalFault("torn");

    assertThat(registry.scrape())
        .contains(
            "tidegate_budget_breaches_total{budget=\"support/team\",limit=\"daily\"} 1.0",
            "tidegate_budget_settled_twice_total 1.0",
            "tidegate_journal_faults_total 1.0");
  }
}
