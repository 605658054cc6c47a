package io.tidegate.sidecar.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CallIdsTest {
  private final CallIds ids =
      new CallIds(InstantSource.fixed(Instant.parse("2026-11-22T10:00:00.123Z")));

  @Test
  void anIdIsAUuidOfVersionSevenThatTellsItsTime() {
    UUID id = UUID.fromString(ids.next());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
        .isEqualTo(Instant.parse("2026-11-22T10:00:00.123Z"));
  }

  @Test
  void idsOfOneMillisecondSortInTheirOrderAndNeverRepeat() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      made.add(ids.next());
    }
    assertThat(made).isSorted();
    assertThat(new HashSet<>(made)).hasSize(10_000);
  }
}
