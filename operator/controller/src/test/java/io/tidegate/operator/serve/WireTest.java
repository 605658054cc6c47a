package io.tidegate.operator.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.tidegate.operator.status.AckView;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * The operator's side of the committed wire: it writes the frames and reads the reports that the
 * sidecars of the versions before and after read and write.
 */
class WireTest {
  private static final Path WIRE = Path.of("../../sidecar/src/test/resources/wire");
  private static final String VERSION =
      "sha256:95af1c82c80f72efd839f5bc76c7aabf3bd155b0088782af234b225ecd7cb4f1";

  @Test
  void framesAreWrittenAsCommitted() throws Exception {
    String written =
        Stream.of(
                new StreamFrame.Hello("handle.secret"),
                new StreamFrame.Credentials(Map.of("tidegate-system/openai", "the-key")),
                new StreamFrame.Configuration(VERSION, 7, "{}"),
                new StreamFrame.Ping(),
                new StreamFrame.Goodbye("this replica of the operator ends", 250))
            .map(frame -> FrameCodec.line(frame).toString())
            .collect(Collectors.joining());
    assertThat(written).isEqualTo(Files.readString(WIRE.resolve("frames.ndjson")));
  }

  @Test
  void whatANewerSidecarAddsIsPassedOver() throws Exception {
    List<String> reports = Files.readAllLines(WIRE.resolve("reports.ndjson"));
    for (String report : reports.subList(0, 2)) {
      assertThat(read(newer(report), Acknowledgement.class))
          .isEqualTo(read(report, Acknowledgement.class));
    }
    assertThat(read(newer(reports.get(2)), SpendReport.class))
        .isEqualTo(read(reports.get(2), SpendReport.class));
  }

  @Test
  void whatAnOlderSidecarLeavesOutIsReadAsNothing() throws Exception {
    String refused = Files.readAllLines(WIRE.resolve("reports.ndjson")).get(1);
    String short1 = refused.replaceFirst(",\"reason\":\"[^\"]*\"", "");
    assertThat(read(short1, Acknowledgement.class).reason()).isNull();
    assertThat(read(short1, Acknowledgement.class).object())
        .isEqualTo(new ObjectRef("ModelRoute", "support", "chat"));
    assertThatThrownBy(() -> read("{\"session\":\"s\"}", SpendReport.class))
        .isInstanceOf(IOException.class);
  }

  /** While the operator is upgraded its replicas read each other's words. */
  @Test
  void theReportOfANewerReplicaCounts() throws Exception {
    AckView ack = new AckView("uid", "v1", null, null, null, Instant.EPOCH);
    ReplicaReport report =
        new ReplicaReport(
            "operator-1", List.of(new ReplicaReport.Row(ack, List.of(), Instant.EPOCH)));
    String json =
        """
        {"replica": "operator-1", "ofTomorrow": 1, "rows": [{"ofTomorrow": 1, "spend": [], "spendAt": 0,
         "ack": {"podUid": "uid", "runningVersion": "v1", "since": 0, "ofTomorrow": 1}}]}
        """;
    assertThat(ReplicaReportStore.read(configMap(json))).contains(report);
  }

  private static ConfigMap configMap(String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(json.getBytes(StandardCharsets.UTF_8));
    }
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("tidegate-acks-operator-1")
        .endMetadata()
        .addToBinaryData("report.json.gz", Base64.getEncoder().encodeToString(bytes.toByteArray()))
        .build();
  }

  /** With a field more in every object. */
  private static String newer(String report) {
    return report.replace("}", ",\"ofTomorrow\":[1]}");
  }

  private static <T> T read(String json, Class<T> type) throws IOException {
    return FrameCodec.read(Buffer.buffer(json), type);
  }
}
