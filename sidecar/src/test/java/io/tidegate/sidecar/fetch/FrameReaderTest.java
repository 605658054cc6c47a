package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final int BOUND = 4096;
  private static final String PING = "{\"frame\":\"ping\"}\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000, BOUND, 5 * BOUND})
  void aConfigurationThatIsTooLongIsToldOnceAndTheLinesAfterItAreRead(int piece) throws Exception {
    String tooLong = configuration("x".repeat(3 * BOUND));
    assertThat(read(PING + tooLong + PING + configuration("{}"), piece))
        .containsExactly(
            new FrameReader.Line.Whole(new StreamFrame.Ping()),
            new FrameReader.Line.TooLong("sha256:1", 7),
            new FrameReader.Line.Whole(new StreamFrame.Ping()),
            new FrameReader.Line.Whole(new StreamFrame.Configuration("sha256:1", 7, "{}")));
  }

  @Test
  void itIsToldBeforeItsEndCame() throws Exception {
    String tooLong = configuration("x".repeat(3 * BOUND));
    assertThat(read(tooLong.substring(0, BOUND + 1), 100))
        .containsExactly(new FrameReader.Line.TooLong("sha256:1", 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"frame\":\"credentials\",\"values\":{\"secret\":\"",
        "{\"frame\":\"configuration\",\"body\":\"",
        "[",
        "",
      })
  void anotherLineThatIsTooLongEndsTheStreamAndIsNotShown(String beginning) {
    assertThatThrownBy(() -> read(beginning + "x".repeat(BOUND + 1), 100))
        .isInstanceOf(IOException.class)
        .hasMessage("a line of the stream is longer than 4096 bytes");
  }

  private static String configuration(String body) {
    return "{\"frame\":\"configuration\",\"version\":\"sha256:1\",\"nonce\":7,\"body\":\""
        + body
        + "\"}\n";
  }

  private static List<FrameReader.Line> read(String text, int piece) throws IOException {
    FrameReader reader = new FrameReader(BOUND);
    List<FrameReader.Line> lines = new ArrayList<>();
    for (int at = 0; at < text.length(); at += piece) {
      lines.addAll(
          reader.feed(Buffer.buffer(text.substring(at, Math.min(at + piece, text.length())))));
    }
    return lines;
  }
}
