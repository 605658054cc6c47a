package io.tidegate.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.WorkloadSnapshot;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
  private static final int PODS = 100;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static Expectations edited(int pods, int edits) {
    Expectations expectations = Expectations.NONE;
    for (int edit = 0; edit < edits; edit++) {
      Map<String, WorkloadSnapshot> byPod = new HashMap<>();
      for (int pod = 0; pod < pods; pod++) {
        byPod.put("pod-" + pod, new WorkloadSnapshot(version(pod, edit), "", null, Map.of()));
      }
      expectations =
          expectations.next(new Compilation(byPod, Map.of(), List.of()), START.plusSeconds(edit));
    }
    return expectations;
  }

  private static String version(int pod, int edit) {
    return pod + "." + edit;
  }

  @Test
  void whoeverEditsAllTheTimeDoesNotFillTheMemory() {
    Expectations expectations = edited(PODS, 50);
    assertThat(expectations.snapshots()).hasSize(3 * PODS);
    for (int pod = 0; pod < PODS; pod++) {
      for (int edit = 47; edit < 50; edit++) {
        assertThat(expectations.knows(version(pod, edit))).isTrue();
      }
    }
  }

  @Test
  void whereFewAreExpectedManyOlderOnesAreKept() {
    Expectations expectations = edited(1, 200);
    assertThat(expectations.snapshots()).hasSize(1 + Expectations.LEAST_OLDER);
    assertThat(expectations.knows(version(0, 199 - Expectations.LEAST_OLDER))).isTrue();
    assertThat(expectations.knows(version(0, 198 - Expectations.LEAST_OLDER))).isFalse();
  }
}
