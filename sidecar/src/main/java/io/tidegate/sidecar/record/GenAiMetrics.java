package io.tidegate.sidecar.record;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Provider;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Metrics of the OpenTelemetry GenAI conventions, with their names, attributes and buckets
 * (semantic-conventions v1.41, docs/gen-ai/gen-ai-metrics.md). Towards providers this sidecar is
 * their client; towards the application it is the server.
 */
final class GenAiMetrics {
  static final String OTHER = "_OTHER";
  private static final double[] TOKENS = powers(1, 4, 14);
  private static final Duration[] SECONDS = durations(powers(0.01, 2, 14));
  private static final Duration[] FIRST_TOKEN =
      durations(
          0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10);
  private static final Duration[] PER_TOKEN =
      durations(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5);

  /** What every meter is labelled with. */
  record Key(String operation, String provider, String model, String errorType) {
    Tags tags() {
      return Tags.of(
          "gen_ai.operation.name", operation,
          "gen_ai.provider.name", provider,
          "gen_ai.request.model", model);
    }

    Tags tagsWithError() {
      return tags().and("error.type", errorType);
    }

    Key withoutError() {
      return new Key(operation, provider, model, "");
    }
  }

  private record Served(Timer firstToken, Timer perToken, DistributionSummary[] tokens) {}

  private record Durations(Timer request, Timer upstream) {}

  private static final Key OTHERS = new Key(OTHER, OTHER, OTHER, OTHER);
  private final MeterRegistry registry;
  private final MeterCache<Key, Durations> durations = new MeterCache<>(this::durationsOf, OTHERS);
  private final MeterCache<Key, Served> served =
      new MeterCache<>(this::servedOf, OTHERS.withoutError());

  GenAiMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void observe(CallEvent event) {
    Key key = key(event);
    CallEvent.Timings timings = event.timings();
    Durations both = durations.get(key);
    if (timings.total() != null) {
      both.request.record(timings.total());
    }
    if (event.attempts() == 0) {
      return;
    }
    if (timings.inference() != null) {
      both.upstream.record(timings.inference());
    }
    Served meters = served.get(key.withoutError());
    if (timings.firstToken() != null) {
      meters.firstToken.record(timings.firstToken());
    }
    if (event.usageSource() == UsageSource.measured && event.usage() != null) {
      meters.tokens[0].record((double) event.usage().inputTokens());
      meters.tokens[1].record((double) event.usage().outputTokens());
      perToken(event, meters);
    }
  }

  private static void perToken(CallEvent event, Served meters) {
    Duration inference = event.timings().inference();
    Duration first = event.timings().firstToken();
    long later = event.usage().outputTokens() - 1;
    if (event.stream() && inference != null && first != null && later > 0) {
      Duration rest = inference.minus(first);
      meters.perToken.record(rest.isNegative() ? Duration.ZERO : rest.dividedBy(later));
    }
  }

  /** A model's name is a label only where the configuration gave it. */
  static Key key(CallEvent event) {
    CallEvent.Served served = event.served();
    boolean targeted = served != null && served.provider() != null;
    return new Key(
        event.operation().operationName(),
        targeted ? providerName(served.providerType()) : "",
        targeted ? served.modelConfigured() ? served.model() : OTHER : "",
        errorType(event));
  }

  private static String providerName(Provider.Type type) {
    return switch (type) {
      case OpenAI -> "openai";
      case Anthropic -> "anthropic";
      case OpenAICompatible -> "openai_compatible";
    };
  }

  /** Empty on success: Prometheus takes an empty label for none. */
  private static String errorType(CallEvent event) {
    if (event.decision().reason() != null) {
      return event.decision().reason().code();
    }
    if (event.status() >= 400 && event.status() < 600) {
      return Integer.toString(event.status());
    }
    return event.outcome() == Outcome.COMPLETED
        ? ""
        : event.outcome().name().toLowerCase(Locale.ROOT);
  }

  private Durations durationsOf(Key key) {
    return new Durations(
        timer("gen_ai.server.request.duration", key.tagsWithError(), SECONDS),
        timer("gen_ai.client.operation.duration", key.tagsWithError(), SECONDS));
  }

  private Served servedOf(Key key) {
    return new Served(
        timer("gen_ai.server.time_to_first_token", key.tags(), FIRST_TOKEN),
        timer("gen_ai.server.time_per_output_token", key.tags(), PER_TOKEN),
        new DistributionSummary[] {tokens(key, "input"), tokens(key, "output")});
  }

  private Timer timer(String name, Tags tags, Duration[] buckets) {
    return Timer.builder(name).tags(tags).serviceLevelObjectives(buckets).register(registry);
  }

  private DistributionSummary tokens(Key key, String type) {
    return DistributionSummary.builder("gen_ai.client.token.usage")
        .tags(key.tags().and("gen_ai.token.type", type))
        .serviceLevelObjectives(TOKENS)
        .register(registry);
  }

  private static double[] powers(double first, double factor, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = first * Math.pow(factor, i);
    }
    return values;
  }

  private static Duration[] durations(double... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(s -> Duration.ofMillis(Math.round(s * 1000)))
        .toArray(Duration[]::new);
  }
}
