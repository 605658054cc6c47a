package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What goes over the stream and back is in {@code wire/}, line by line: this side reads the one
 * file and writes the other, as the versions before and after do.
 */
class FrameWireTest {
  private static final Path WIRE = Path.of("src/test/resources/wire");
  private static final String VERSION =
      "sha256:95af1c82c80f72efd839f5bc76c7aabf3bd155b0088782af234b225ecd7cb4f1";
  private static final List<StreamFrame> FRAMES =
      List.of(
          new StreamFrame.Hello("handle.secret"),
          new StreamFrame.Credentials(Map.of("tidegate-system/openai", "the-key")),
          new StreamFrame.Configuration(VERSION, 7, "{}"),
          new StreamFrame.Ping(),
          new StreamFrame.Goodbye("this replica of the operator ends", 250));

  @Test
  void theCommittedFramesAreRead() throws Exception {
    assertThat(read(Files.readString(WIRE.resolve("frames.ndjson")))).isEqualTo(FRAMES);
  }

  @Test
  void aFieldOfANewerOperatorIsPassedOver() throws Exception {
    String newer =
        Files.readString(WIRE.resolve("frames.ndjson")).replace("}\n", ",\"ofTomorrow\":{}}\n");
    assertThat(read(newer)).isEqualTo(FRAMES);
  }

  @Test
  void aFrameOfANewerOperatorIsPassedOver() throws Exception {
    String newer = "{\"frame\":\"ofTomorrow\",\"field\":1}\n{\"frame\":\"ping\"}\n";
    assertThat(read(newer)).containsExactly(new StreamFrame.Ping());
  }

  @Test
  void aFieldThatAnOlderOperatorLacksEndsNoStreamWhereItHasADefault() throws Exception {
    assertThat(read("{\"frame\":\"goodbye\"}\n")).containsExactly(new StreamFrame.Goodbye(null, 0));
    assertThatThrownBy(() -> read("{\"frame\":\"credentials\"}\n"))
        .as("an empty set of credentials would take away those that are held")
        .isInstanceOf(IOException.class);
  }

  @Test
  void reportsAreWrittenAsCommitted() throws Exception {
    List<Object> reports =
        List.of(
            new Acknowledgement(
                "handle.secret", 7, VERSION, Acknowledgement.Verdict.Running, null, null),
            new Acknowledgement(
                "handle.secret",
                8,
                VERSION,
                Acknowledgement.Verdict.Refused,
                new ObjectRef("ModelRoute", "support", "chat"),
                "no such target"),
            new SpendReport(
                "handle.secret",
                List.of(
                    new SpendReport.Window(
                        new ObjectRef("TenantBudget", "support", "acme"),
                        "daily",
                        Budget.Unit.Usd,
                        1767225600,
                        "1.5",
                        "0.25"))));
    assertThat(reports.stream().map(report -> OperatorClient.encode(report).toString()).toList())
        .isEqualTo(Files.readAllLines(WIRE.resolve("reports.ndjson")));
  }

  private static List<StreamFrame> read(String lines) throws IOException {
    return new FrameReader(1 << 20)
        .feed(Buffer.buffer(lines)).stream()
            .map(line -> ((FrameReader.Line.Whole) line).frame())
            .toList();
  }
}
