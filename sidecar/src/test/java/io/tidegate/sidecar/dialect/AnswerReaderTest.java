package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.policy.Usage;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
  static final Usage OPENAI_USAGE = new Usage(100, 30, 10, 0, 20, 5);
  static final Usage ANTHROPIC_USAGE = new Usage(510, 200, 100, 200, 42, 7);
  private static final String USAGE_EVENT_BEGINS = "data: {\"id\":\"c1\",\"choices\":[],";

  private static AnswerReader openAi(boolean hide) {
    return AnswerReader.of(Operation.CHAT_COMPLETIONS, true, hide);
  }

  private static AnswerReader anthropic() {
    return AnswerReader.of(Operation.MESSAGES, true, true);
  }

  /** The stream without its usage event. */
  static String hidden(String stream) {
    int from = stream.indexOf(USAGE_EVENT_BEGINS);
    return stream.substring(0, from) + stream.substring(stream.indexOf("data: [DONE]", from));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void anOpenAiStreamSplitAtEveryByteIsForwardedAndMeasuredAlike(String lineEnd) {
    String stream = Answers.OPENAI.replace("\n", lineEnd);
    int length = Buffer.buffer(stream).length();
    for (int cut = 0; cut <= length; cut++) {
      AnswerReader shown = openAi(false);
      assertThat(Answers.inTwo(shown, stream, cut)).isEqualTo(stream);
      assertRead(shown);
      AnswerReader hiding = openAi(true);
      assertThat(Answers.inTwo(hiding, stream, cut)).isEqualTo(hidden(stream));
      assertRead(hiding);
    }
    for (int size : new int[] {1, 2, 3, 7, 1023, 1024, 1025}) {
      AnswerReader hiding = openAi(true);
      assertThat(Answers.inPieces(hiding, stream, size)).isEqualTo(hidden(stream));
      assertRead(hiding);
    }
  }

  private static void assertRead(AnswerReader reader) {
    assertThat(reader.usage()).isEqualTo(OPENAI_USAGE);
    assertThat(reader.complete()).isTrue();
    assertThat(reader.responseModel()).isEqualTo("gpt-5-x");
    assertThat(reader.finishReason()).isEqualTo("stop");
    assertThat(reader.providerErrorEvent()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void anAnthropicStreamSplitAtEveryByteIsForwardedAndMeasuredAlike(String lineEnd) {
    String stream = Answers.ANTHROPIC.replace("\n", lineEnd);
    int length = Buffer.buffer(stream).length();
    for (int cut = 0; cut <= length; cut++) {
      AnswerReader reader = anthropic();
      assertThat(Answers.inTwo(reader, stream, cut)).isEqualTo(stream);
      assertThat(reader.usage()).isEqualTo(ANTHROPIC_USAGE);
      assertThat(reader.complete()).isTrue();
      assertThat(reader.responseModel()).isEqualTo("claude-x");
      assertThat(reader.finishReason()).isEqualTo("end_turn");
    }
  }

  @Test
  void mixedLineEndsAreBoundariesToo() {
    String stream = "data: 1\r\n\ndata: 2\n\r\ndata: 3\r\rdata: 4\n\n";
    for (int cut = 0; cut <= stream.length(); cut++) {
      assertThat(Answers.inTwo(openAi(true), stream, cut)).isEqualTo(stream);
    }
    AnswerReader reader = openAi(true);
    assertThat(reader.take(Buffer.buffer("data: 1\r\n\ndata: 2\n\r")).toString())
        .isEqualTo("data: 1\r\n\ndata: 2\n\r");
    assertThat(reader.take(Buffer.buffer("\ndata: 3\r")).toString()).isEqualTo("\n");
    assertThat(reader.take(Buffer.buffer("\r")).toString()).isEqualTo("data: 3\r\r");
  }

  @Test
  void onlyWholeEventsAreForwarded() {
    AnswerReader reader = openAi(false);
    assertThat(reader.take(Buffer.buffer("data: 1\n\ndata: 2")).toString())
        .isEqualTo("data: 1\n\n");
    assertThat(reader.take(Buffer.buffer("\n")).length()).isZero();
    assertThat(reader.take(Buffer.buffer("\n")).toString()).isEqualTo("data: 2\n\n");
    assertThat(reader.finish().length()).isZero();
  }

  @Test
  void aChunkOfWholeEventsIsForwardedAsTheSameBuffer() {
    AnswerReader reader = openAi(true);
    Buffer one = Buffer.buffer("data: 1\n\n");
    Buffer two = Buffer.buffer("data: 2\n\n: ping\n\ndata: 3\n\n");
    assertThat(reader.take(one)).isSameAs(one);
    assertThat(reader.take(two)).isSameAs(two);
  }

  @Test
  void anEventBeyondTheBoundFlowsThroughAndIsMeasured() {
    AnswerReader reader = openAi(true);
    Buffer begin =
        Buffer.buffer(
            "data:"
                + " {\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2},\"choices\":[],\"x\":\"");
    assertThat(reader.take(begin).length()).isZero();
    Buffer middle = Buffer.buffer("x".repeat(EventStreamReader.MOST_HELD));
    assertThat(reader.take(middle).length()).isEqualTo(begin.length() + middle.length());
    Buffer more = Buffer.buffer("y".repeat(100));
    assertThat(reader.take(more)).isSameAs(more);
    Buffer end = Buffer.buffer("\"}\n\ndata: ");
    assertThat(reader.take(end).toString()).isEqualTo("\"}\n\n");
    assertThat(reader.usage()).isEqualTo(new Usage(1, 0, 0, 0, 2, 0));
    assertThat(reader.take(Buffer.buffer("[DONE]\n\n")).toString()).isEqualTo("data: [DONE]\n\n");
    assertThat(reader.complete()).isTrue();
  }

  @Test
  void anUnfinishedEventAtTheEndIsForwardedAndRead() {
    AnswerReader reader = openAi(true);
    assertThat(reader.take(Buffer.buffer("data: [DONE]")).length()).isZero();
    assertThat(reader.complete()).isFalse();
    assertThat(reader.finish().toString()).isEqualTo("data: [DONE]");
    assertThat(reader.complete()).isTrue();
  }

  @Test
  void aStreamThatBreaksOffIsNotComplete() {
    AnswerReader reader = openAi(true);
    Answers.inPieces(reader, Answers.OPENAI.substring(0, 400), 50);
    assertThat(reader.complete()).isFalse();
    assertThat(reader.usage()).isNull();
  }

  @Test
  void theUsageOfServersThatRepeatItIsTheLast() {
    AnswerReader reader = openAi(true);
    String stream =
        "data: {\"choices\":[{\"index\":0}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":1}}}\n\n"
            + "data: {\"choices\":[{\"index\":0}],\"usage\":{\"prompt_tokens\":5,"
            + "\"completion_tokens\":2}}\n\n";
    assertThat(Answers.inPieces(reader, stream, 64)).isEqualTo(stream);
    assertThat(reader.usage()).isEqualTo(new Usage(5, 0, 0, 0, 2, 0));
  }

  @Test
  void anEventWithoutChoicesAndWithoutUsageIsNotHidden() {
    String stream = "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n";
    assertThat(Answers.inPieces(openAi(true), stream, 5)).isEqualTo(stream);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n",
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
        "data: {\"error\":\"out of memory\"}\n\n",
      })
  void anErrorInsideAStreamIsSeen(String event) {
    AnswerReader reader = openAi(true);
    Answers.inPieces(reader, event, 3);
    assertThat(reader.providerErrorEvent()).isTrue();
    assertThat(reader.complete()).isFalse();
  }

  @Test
  void anErrorThatIsNullOrDeepInsideIsNone() {
    AnswerReader reader = openAi(true);
    Answers.inPieces(
        reader, "data: {\"error\":null,\"choices\":[{\"error\":{}}],\"x\":{\"error\":1}}\n\n", 3);
    assertThat(reader.providerErrorEvent()).isFalse();
  }

  @Test
  void aWholeJsonAnswerIsForwardedAtOnceAndMeasured() {
    String body =
        "{\"id\":\"x\",\"model\":\"m\\/1\",\"choices\":[{\"index\":0,\"message\":{\"content\":"
            + "\"\\\"usage\\\":{\\\"prompt_tokens\\\":1}\",\"usage\":{\"prompt_tokens\":2}},"
            + "\"finish_reason\":\"length\"}],"
            + "\"usage\" : { \"prompt_tokens\" : 7 , \"completion_tokens\" : 3 } }\n";
    for (int size = 1; size < body.length(); size++) {
      AnswerReader reader = AnswerReader.of(Operation.CHAT_COMPLETIONS, false, true);
      assertThat(Answers.inPieces(reader, body, size)).isEqualTo(body);
      assertThat(reader.usage()).isEqualTo(new Usage(7, 0, 0, 0, 3, 0));
      assertThat(reader.complete()).isTrue();
      assertThat(reader.responseModel()).isEqualTo("m/1");
      assertThat(reader.finishReason()).isEqualTo("length");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":\"}", "{}{", "{}{}", "{}x", "}", "\"{}", "not json"})
  void aJsonAnswerThatBreaksOffOrIsNoObjectIsNotComplete(String body) {
    AnswerReader reader = AnswerReader.of(Operation.MESSAGES, false, false);
    assertThat(Answers.inPieces(reader, body, 1)).isEqualTo(body);
    assertThat(reader.complete()).isFalse();
  }

  @Test
  void anAnthropicMessageIsMeasured() {
    AnswerReader reader = AnswerReader.of(Operation.MESSAGES, false, false);
    Answers.inPieces(
        reader,
        "{\"type\":\"message\",\"model\":\"c\",\"content\":[{\"type\":\"tool_use\",\"input\":"
            + "{\"usage\":{\"output_tokens\":9}}}],\"stop_reason\":\"tool_use\",\"usage\":"
            + "{\"input_tokens\":3,\"cache_read_input_tokens\":null,\"output_tokens\":4}}",
        10);
    assertThat(reader.usage()).isEqualTo(new Usage(3, 0, 0, 0, 4, 0));
    assertThat(reader.finishReason()).isEqualTo("tool_use");
  }
}
