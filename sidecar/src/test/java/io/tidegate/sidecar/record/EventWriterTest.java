package io.tidegate.sidecar.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EventWriterTest {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private static byte[] line(CallEvent event) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new EventWriter(out).write(event);
    return out.toByteArray();
  }

  private static JsonNode json(CallEvent event) throws IOException {
    return STRICT.readTree(line(event));
  }

  @Example
  void everyFieldAppearsWithItsValue() throws IOException {
    assertThat(new String(line(Events.completed()), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"timestamp":"2026-11-22T10:15:30.123Z","call_id":"call-1","namespace":"support",\
            "workload":"desk","config_version":"sha256:abc","operation":"chat_completions",\
            "stream":true,"tenant_id":"acme","user_id":"ann","workflow":"summary",\
            "sensitivity":"internal","latency_class":"interactive","budget_class":"standard",\
            "retrieval_required":true,"trace_id":"req-789","requested_model":"gpt-any",\
            "model_provider":"support/openai","model_name":"gpt-mini",\
            "model_route":"support/everyday","route_rule":"cheap","prompt_version":"sum@v4",\
            "prompt_digest":"sha256:d1","input_tokens":1200,"cached_input_tokens":200,\
            "output_tokens":300,"reasoning_tokens":40,"usage_source":"measured","attempts":2,\
            "fallback_used":true,"cache":"off","validation_result":"passed",\
            "estimated_cost_usd":0.003123456789,"duration_ms":812,"inference_latency_ms":800,\
            "time_to_first_token_ms":93,"overhead_ms":1.234,\
            "budget":{"object":"TenantBudget support/team","objects":["TenantBudget support/team"],\
            "reserved":0.01,"charged":0.003123456789},\
            "decision":{"result":"allowed","object":"ModelRoute support/everyday","rule":"cheap",\
            "reason":null},"status":200,"outcome":"completed"}
            """);
  }

  @Example
  void aCallThatGotNowhereHasTheSameFields() throws IOException {
    JsonNode least =
        json(CallEvent.builder(null, Operation.UNKNOWN).build(Events.NOW, Outcome.CLIENT_GONE));

    List<String> names = new ArrayList<>();
    json(Events.completed()).fieldNames().forEachRemaining(names::add);
    assertThat(least.fieldNames()).toIterable().containsExactlyElementsOf(names);
    assertThat(least.get("outcome").asText()).isEqualTo("client_gone");
    assertThat(least.get("usage_source").asText()).isEqualTo("missing");
    assertThat(least.get("estimated_cost_usd").isNull()).isTrue();
  }

  @Example
  void aRefusalSaysWhoRefusedAndWhy() throws IOException {
    assertThat(json(Events.refused()).get("decision").toString())
        .isEqualTo(
            "{\"result\":\"refused\",\"object\":\"TenantBudget support/team\",\"rule\":\"daily\","
                + "\"reason\":\"tidegate_budget_exhausted\"}");
  }

  @Property
  void whateverACallerWritesTheLineIsOneValidAndBoundedJsonObject(@ForAll("hostile") String text)
      throws IOException {
    CallEvent event =
        Events.full()
            .asked(text, false)
            .task(Events.task(text, text, text, text, text, text, text, text))
            .build(Events.NOW, Outcome.COMPLETED);

    byte[] line = line(event);

    assertThat(utf8(line)).endsWith("}\n").containsOnlyOnce("\n");
    JsonNode read = STRICT.readTree(line);
    assertThat(read.get("status").asInt()).isEqualTo(200);
    assertThat(line.length).isLessThan(20_000);
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(read.get("user_id").asText()))
        .as("whole characters only")
        .isTrue();
    if (text.length() <= EventWriter.MAX_CHARS && text.chars().noneMatch(this::isSurrogate)) {
      assertThat(read.get("requested_model").asText()).isEqualTo(text);
    }
  }

  private boolean isSurrogate(int c) {
    return Character.isSurrogate((char) c);
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all().ofMaxLength(600),
        Arbitraries.strings()
            .withChars('"', '\\', '\n', '\r', '\0', '\u2028', '\ud83d', '\ude00', '\u0085', '}')
            .ofMaxLength(600),
        Arbitraries.of("true", "false", "null", "1e999"));
  }

  private static String utf8(byte[] line) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
  }

  @Example
  void eachEventIsOneWrite() throws IOException {
    List<Integer> writes = new ArrayList<>();
    EventWriter writer =
        new EventWriter(
            new ByteArrayOutputStream() {
              @Override
              public synchronized void write(byte[] bytes, int offset, int length) {
                writes.add(length);
              }

              @Override
              public void write(byte[] bytes) {
                writes.add(bytes.length);
              }
            });

    writer.write(Events.completed());
    writer.write(Events.refused());

    assertThat(writes).hasSize(2);
  }
}
