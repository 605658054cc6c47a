package io.tidegate.sidecar.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Usage;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/**
 * One JSON line for each event, in one write. Every field is always there, null where it is not
 * known. Money is a JSON number in US dollars with all its decimals.
 */
public final class EventWriter implements EventSink {
  /** Longer strings are cut; names of objects are shorter. */
  static final int MAX_CHARS = 256;

  private final OutputStream out;
  private final JsonFactory factory =
      new JsonFactory().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(2048);

  public EventWriter(OutputStream out) {
    this.out = out;
  }

  /** Straight to the process's standard output: unlike System.out it tells when it fails. */
  public static EventWriter toStandardOutput() {
    return new EventWriter(new FileOutputStream(FileDescriptor.out));
  }

  @Override
  public void write(CallEvent event) throws IOException {
    line.reset();
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      identity(json, event);
      task(json, event.task());
      served(json, event);
      usage(json, event);
      timings(json, event);
      budget(json, event);
      decision(json, event);
      json.writeNumberField("status", event.status());
      text(json, "outcome", lower(event.outcome()));
      json.writeEndObject();
    }
    line.write('\n');
    out.write(line.toByteArray());
    out.flush();
  }

  private static void identity(JsonGenerator json, CallEvent event) throws IOException {
    text(json, "timestamp", event.timestamp().toString());
    text(json, "call_id", event.callId());
    text(json, "namespace", event.workload() == null ? null : event.workload().namespace());
    text(json, "workload", event.workload() == null ? null : event.workload().name());
    text(json, "config_version", event.configVersion());
    text(json, "operation", lower(event.operation()));
    json.writeBooleanField("stream", event.stream());
  }

  private static void task(JsonGenerator json, Task task) throws IOException {
    for (TaskField field : TaskField.values()) {
      String value = task.get(field);
      if (field == TaskField.RETRIEVAL_REQUIRED && isBoolean(value)) {
        json.writeBooleanField(field.key(), "true".equals(value));
      } else {
        text(json, field.key(), value);
      }
    }
  }

  private static boolean isBoolean(String value) {
    return "true".equals(value) || "false".equals(value);
  }

  private static void served(JsonGenerator json, CallEvent event) throws IOException {
    CallEvent.Served served = event.served();
    Prompt prompt = served == null ? null : served.prompt();
    text(json, "requested_model", event.requestedModel());
    text(json, "model_provider", served == null ? null : name(served.provider()));
    text(json, "model_name", served == null ? null : served.model());
    text(json, "model_route", served == null ? null : name(served.route()));
    text(json, "route_rule", served == null ? null : served.rule());
    text(json, "prompt_version", prompt == null ? null : prompt.prompt() + "@" + prompt.version());
    text(json, "prompt_digest", prompt == null ? null : prompt.digest());
  }

  private static void usage(JsonGenerator json, CallEvent event) throws IOException {
    Usage usage = event.usage();
    number(json, "input_tokens", usage == null ? null : usage.inputTokens());
    number(json, "cached_input_tokens", usage == null ? null : usage.cacheReadTokens());
    number(json, "output_tokens", usage == null ? null : usage.outputTokens());
    number(json, "reasoning_tokens", usage == null ? null : usage.reasoningTokens());
    UsageSource source = event.usageSource();
    text(json, "usage_source", source.name());
    json.writeNumberField("attempts", event.attempts());
    json.writeBooleanField("fallback_used", event.fallbackUsed());
    text(json, "cache", "off");
    text(json, "validation_result", "passed");
    usd(json, "estimated_cost_usd", event.cost());
  }

  private static void timings(JsonGenerator json, CallEvent event) throws IOException {
    millis(json, "duration_ms", event.timings().total());
    millis(json, "inference_latency_ms", event.timings().inference());
    millis(json, "time_to_first_token_ms", event.timings().firstToken());
    millis(json, "overhead_ms", event.timings().overhead());
  }

  private static void budget(JsonGenerator json, CallEvent event) throws IOException {
    CallEvent.BudgetUse budget = event.budget();
    json.writeObjectFieldStart("budget");
    text(
        json, "object", budget.budgets().isEmpty() ? null : budget.budgets().getFirst().toString());
    json.writeArrayFieldStart("objects");
    for (ObjectRef each : budget.budgets()) {
      json.writeString(bounded(each.toString()));
    }
    json.writeEndArray();
    usd(json, "reserved", budget.reserved());
    usd(json, "charged", budget.charged());
    json.writeEndObject();
  }

  private static void decision(JsonGenerator json, CallEvent event) throws IOException {
    CallEvent.Decision decision = event.decision();
    json.writeObjectFieldStart("decision");
    text(json, "result", decision.allowed() ? "allowed" : "refused");
    text(json, "object", decision.object() == null ? null : decision.object().toString());
    text(json, "rule", decision.rule());
    text(json, "reason", decision.reason() == null ? null : decision.reason().code());
    json.writeEndObject();
  }

  private static String name(ObjectRef ref) {
    return ref == null ? null : ref.namespace() + "/" + ref.name();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void number(JsonGenerator json, String field, Long value) throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }

  private static void millis(JsonGenerator json, String field, Duration value) throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(
          field, BigDecimal.valueOf(value.toNanos() / 1000, 3).stripTrailingZeros());
    }
  }

  private static void usd(JsonGenerator json, String field, Money value) throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeFieldName(field);
      json.writeNumber(value.toDecimal());
    }
  }

  private static void text(JsonGenerator json, String field, String value) throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, bounded(value));
    }
  }

  /** Halves of surrogate pairs have no UTF-8; they become U+FFFD, and so does one that is cut. */
  private static String bounded(String value) {
    String cut = value.length() <= MAX_CHARS ? value : value.substring(0, MAX_CHARS);
    StringBuilder repaired = null;
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < cut.length()
          && Character.isLowSurrogate(cut.charAt(i + 1))) {
        i++;
        continue;
      }
      repaired = repaired == null ? new StringBuilder(cut) : repaired;
      repaired.setCharAt(i, '\ufffd');
    }
    return repaired == null ? cut : repaired.toString();
  }
}
