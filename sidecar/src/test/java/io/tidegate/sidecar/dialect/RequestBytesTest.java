package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider.Type;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every request, whatever its bytes. */
class RequestBytesTest {
  private static final JsonMapper JACKSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** One member of the top object, as the caller writes it, and after the edits. */
  record Member(String before, String after) {}

  @Property(tries = 500)
  void everythingOutsideTheEditsStaysByteEqual(@ForAll("members") List<Member> members) {
    StringBuilder before = new StringBuilder("{");
    StringBuilder after = new StringBuilder("{");
    for (int i = 0; i < members.size(); i++) {
      before.append(i == 0 ? "" : ",").append(members.get(i).before);
      after.append(i == 0 ? "" : ",").append(members.get(i).after);
    }
    ChatRequest request = Requests.openAi(before.append('}').toString());
    Buffer edited =
        new RequestEdits()
            .model("other")
            .capOutput(7, Type.OpenAI)
            .prepend(List.of(new Prompt.Message(Prompt.Role.user, "p")))
            .apply(request);
    // What is new stands behind the last value, in front of the white space that follows it.
    String expected = after.append('}').toString();
    String tail = expected.substring(expected.stripTrailing().length() - 1);
    String head = expected.substring(0, expected.length() - tail.length());
    String kept = head.stripTrailing();
    assertThat(edited.toString())
        .isEqualTo(kept + ",\"max_completion_tokens\":7" + head.substring(kept.length()) + tail);
    assertThat(new RequestEdits().apply(request)).isSameAs(request.body());
  }

  @Provide
  Arbitrary<List<Member>> members() {
    Arbitrary<Member> unknown =
        Combinators.combine(space(), name(), space(), space(), value(3), space())
            .as((a, name, b, c, value, d) -> a + name + b + ":" + c + value + d)
            .map(text -> new Member(text, text));
    Arbitrary<Member> model = space().map(s -> edited(s, "\"model\"", "\"m\"", "\"other\""));
    Arbitrary<Member> messages =
        Combinators.combine(space(), value(2))
            .as(
                (s, item) ->
                    edited(
                        s,
                        "\"messages\"",
                        "[" + s + item + "]",
                        "[{\"role\":\"user\",\"content\":\"p\"}," + s + item + "]"));
    return Combinators.combine(unknown.list().ofMaxSize(6), model, messages)
        .flatAs(
            (others, m, list) -> {
              List<Member> all = new ArrayList<>();
              for (int i = 0; i < others.size(); i++) {
                // Names are made unique, since a repeated one is refused.
                Member other = others.get(i);
                String unique = other.before.replaceFirst("\"x", "\"x" + i);
                all.add(new Member(unique, unique));
              }
              all.add(m);
              all.add(list);
              return Arbitraries.shuffle(all);
            });
  }

  private static Member edited(String space, String name, String before, String after) {
    String left = space + name + space + ":" + space;
    return new Member(left + before + space, left + after + space);
  }

  private static Arbitrary<String> space() {
    return Arbitraries.of("", "", " ", "\n\t", "\r\n ");
  }

  private static Arbitrary<String> name() {
    return Arbitraries.of("\"x\"", "\"x-\\u00e9\"", "\"x\\\"\"", "\"x\u20ac\"", "\"x\\/y\"");
  }

  private static Arbitrary<String> value(int depth) {
    Arbitrary<String> scalar =
        Arbitraries.of(
            "1.0E+2",
            "-0",
            "1e5",
            "0.10",
            "123456789012345678901234567890",
            "null",
            "true",
            "false",
            "\"\"",
            "\"\\ud83d\\ude00 \\\\ \\\" \u00fc\"",
            "\"model\"",
            "\"\\u0022,\\u007d\"");
    if (depth == 0) {
      return scalar;
    }
    Arbitrary<String> inner = Combinators.combine(space(), value(depth - 1)).as(String::concat);
    return Arbitraries.oneOf(
        scalar,
        inner.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"),
        inner
            .list()
            .ofMaxSize(3)
            .map(
                items ->
                    "{"
                        + String.join(",", items.stream().map(v -> "\"model\":" + v).toList())
                        + "}"));
  }

  @Property(tries = 2000)
  void noBytesMakeTheReaderThrow(@ForAll byte[] bytes) {
    for (Operation operation :
        List.of(Operation.CHAT_COMPLETIONS, Operation.MESSAGES, Operation.COUNT_TOKENS)) {
      assertThat(DialectReader.read(operation, Buffer.buffer(bytes), Requests.LIMITS)).isNotNull();
    }
  }

  @Property(tries = 2000)
  void whatTheReaderAcceptsJacksonReadsInTheSameWay(@ForAll("nearlyJson") String text)
      throws IOException {
    Reading reading = Requests.read(Operation.MESSAGES, text);
    if (reading instanceof Reading.Read(ChatRequest request)) {
      try {
        JsonNode tree = JACKSON.readTree(text);
        assertThat(tree.get("model").textValue()).isEqualTo(request.model());
        assertThat(tree.size()).isEqualTo(request.fields().size());
      } catch (JsonParseException e) {
        // Jackson refuses repeated names at every depth; the reader does at the top alone.
        assertThat(e.getMessage()).contains("Duplicate field");
      }
    }
  }

  /** A good request in which a few bytes were replaced. */
  @Provide
  Arbitrary<String> nearlyJson() {
    String good =
        "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"\\u00e9\"}]}],\"max_tokens\":1.0e2,\"stream\":false,\"system\":null}";
    Arbitrary<Character> wild =
        Arbitraries.of('"', '\\', '{', '}', '[', ']', ',', ':', '0', 'e', '-', ' ', 'n', '\n');
    return Combinators.combine(Arbitraries.integers().between(0, good.length() - 1), wild)
        .as((at, c) -> good.substring(0, at) + c + good.substring(at + 1));
  }
}
