package io.tidegate.sidecar.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 1 s",
    "PT0.2S, 1 s",
    "PT59S, 59 s",
    "PT59.001S, 1 min",
    "PT1M1S, 1 min 1 s",
    "PT59M59S, 59 min 59 s",
    "PT1H, 1 h",
    "PT74314S, 20 h 38 min",
    "PT25H, 25 h"
  })
  void aWaitIsSaidInTwoUnitsAtMost(Duration duration, String text) {
    assertThat(Wait.text(duration)).isEqualTo(text);
  }
}
