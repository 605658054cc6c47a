package io.tidegate.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackNetworkTest {
  /** A second run that began while the first one's operator was away took its addresses. */
  @Test
  void aBlockIsItsRunsAlsoWhileNobodyListensThere(@TempDir Path directory) {
    LoopbackNetwork first = LoopbackNetwork.claim(directory.resolve("first"), 8443);
    LoopbackNetwork second = LoopbackNetwork.claim(directory.resolve("second"), 8443);
    assertThat(second.first()).isNotEqualTo(first.first());
  }
}
