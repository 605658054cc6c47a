package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tidegate.sidecar.call.Operation;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes made of the pieces of the grammars themselves, which random bytes seldom hit. */
class HostileBytesTest {
  private static final int FIRST_EVENT_MOST_HELD = 16 * 1024;
  private static final Set<String> SERVED =
      Set.of("/chat/completions", "/messages", "/messages/count_tokens", "/models");

  @Provide
  Arbitrary<List<String>> streams() {
    return Arbitraries.of(
            "data:",
            "data: ",
            "data",
            "event: error",
            "event:",
            "id: 1",
            "retry: 1",
            ":",
            "\n",
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "\r\n\r\n",
            "[DONE]",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\"",
            "\\",
            "\\u00",
            "null",
            "-1e9",
            "99999999999999999999",
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}",
            "{\"usage\":{",
            "{\"error\":{\"code\":",
            "{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":",
            "\u0000",
            "\u00ff",
            "[".repeat(3_000),
            "{\"a\":".repeat(700),
            "x".repeat(9_000),
            "x".repeat(90_000))
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 500)
  void noPiecesMakeAReaderThrowLoseAByteOrHoldMoreThanItsBound(
      @ForAll("streams") List<String> pieces, @ForAll boolean sse) {
    AnswerReader reader = AnswerReader.of(Operation.CHAT_COMPLETIONS, sse, false);
    Buffer in = Buffer.buffer();
    Buffer out = Buffer.buffer();
    for (String piece : pieces) {
      Buffer chunk = bytes(piece);
      in.appendBuffer(chunk);
      out.appendBuffer(reader.take(chunk));
      assertThat(in.length() - out.length()).isLessThanOrEqualTo(EventStreamReader.MOST_HELD);
    }
    out.appendBuffer(reader.finish());
    assertThat(out).isEqualTo(in);
  }

  @Property(tries = 500)
  void noPiecesMakeAReaderThatHidesUsageThrowOrAddAByte(@ForAll("streams") List<String> pieces) {
    AnswerReader reader = AnswerReader.of(Operation.CHAT_COMPLETIONS, true, true);
    int in = 0;
    int out = 0;
    for (String piece : pieces) {
      in += piece.length();
      out += reader.take(bytes(piece)).length();
      assertThat(out).isLessThanOrEqualTo(in);
    }
    assertThat(out + reader.finish().length()).isLessThanOrEqualTo(in);
  }

  @Property(tries = 500)
  void noPiecesMakeTheFirstEventThrowOrHoldMoreThanItsBound(
      @ForAll("streams") List<String> pieces) {
    FirstEvent first = new FirstEvent();
    Buffer in = Buffer.buffer();
    for (String piece : pieces) {
      in.appendBuffer(bytes(piece));
      int verdict = first.take(bytes(piece));
      assertThat(first.held()).isEqualTo(in);
      if (verdict != FirstEvent.OPEN) {
        assertThat(verdict == FirstEvent.FINE || verdict >= 400 && verdict < 600).isTrue();
        return;
      }
      assertThat(in.length()).isLessThanOrEqualTo(FIRST_EVENT_MOST_HELD);
    }
  }

  @Provide
  Arbitrary<String> targets() {
    return Arbitraries.of(
            "/",
            "/v1",
            "/v1/",
            "/chat/completions",
            "/messages",
            "/count_tokens",
            "/models",
            "/models/",
            "chat",
            "..",
            "%2e",
            "%2F",
            "%25",
            "%",
            "%zz",
            "%ff",
            ";a=b",
            "?",
            "#",
            "+",
            " ",
            "\u0000",
            "\u00e9",
            "\ud800",
            "http://",
            "a".repeat(5_000))
        .list()
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces));
  }

  @Property(tries = 500)
  void noTargetIsTakenForAnotherOrMakesTheClassifierThrow(
      @ForAll("targets") String target, @ForAll boolean anthropic) {
    Paths.Match match = Paths.match("POST", target, anthropic);
    assertThat(match.dialect()).isNotNull();
    if (match.refusal() != null) {
      assertThat(match.refusal().message()).hasSizeLessThan(700);
    }
    String path = target.indexOf('?') < 0 ? target : target.substring(0, target.indexOf('?'));
    String bare = path.replaceFirst("^(/v1(?=/)){0,2}", "");
    if (match.operation() == Operation.GET_MODEL) {
      assertThat(bare).startsWith("/models/");
    } else {
      assertThat(match.operation() != Operation.UNKNOWN).isEqualTo(SERVED.contains(bare));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[", "{\"usage\":", "{\"usage\":{\"a\":\"x\",", "\"x\\\"", "9", "\\u0000"})
  void fourMegabytesOfOnePieceTakeNoMemory(String piece) {
    AnswerReader reader = AnswerReader.of(Operation.MESSAGES, false, false);
    Buffer chunk = bytes("{\"usage\":{\"input_tokens\":1,\"x\":" + piece.repeat(4_096));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int taken = 0; taken < 4 << 20; taken += chunk.length()) {
      reader.take(chunk);
    }
    reader.finish();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  @Test
  void aRequestNestedBeyondItsBoundIsRefusedAndNothingOverflows() {
    for (String piece : List.of("[", "{\"a\":", "{\"messages\":[{\"content\":[")) {
      Buffer body = bytes("{\"messages\":" + piece.repeat(200_000));
      Reading reading = DialectReader.read(Operation.MESSAGES, body, Requests.LIMITS);
      assertThat(reading).isInstanceOf(Reading.Malformed.class);
    }
  }

  private static Buffer bytes(String text) {
    return Buffer.buffer(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }
}
