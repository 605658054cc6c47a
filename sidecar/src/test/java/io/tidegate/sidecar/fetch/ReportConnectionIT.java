package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only the replica that has the stream knows its session, and a Service leads to any replica. */
class ReportConnectionIT {
  @TempDir Path dir;

  @Test
  void aNewCaLeavesReportsOnTheConnectionOfTheStream() throws Exception {
    Certificates first = Certificates.selfSigned(dir, "first");
    Certificates second = Certificates.selfSigned(dir, "second");
    try (FetchFixture sidecar = new FetchFixture(dir);
        FakeOperator operator = new FakeOperator(sidecar.vertx, first, 0, true)) {
      Files.writeString(sidecar.ca, first.pem());
      sidecar.start(operator.port(), first.pem());
      var stream = operator.stream().hello("s").configuration(1, Snapshots.json("a"));
      operator.acknowledgement();

      Files.writeString(sidecar.ca, second.pem() + first.pem());
      stream.configuration(2, Snapshots.json("b"));

      assertThat(operator.acknowledgement().getLong("nonce")).isEqualTo(2);
      assertThat(operator.connections).hasValue(1);
    }
  }
}
