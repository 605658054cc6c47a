package io.tidegate.operator.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
  private final Cluster cluster =
      new Cluster()
          .namespace("a", Map.of())
          .pod("a", "pod")
          .grant("a")
          .provider("a", "p")
          .anthropic("a", "q");

  private Cluster naming(String name, String provider) {
    return cluster.route(
        "a",
        name,
        "{models: [x], rules: [{name: all, targets: [{provider: " + provider + ", model: m}]}]}");
  }

  @Test
  void catchAllRoutesOfTheTwoDialectsDoNotOverrideEachOther() {
    cluster.routeTo("a", "first", "p").routeTo("a", "later", "q");
    assertThat(cluster.compile().findings()).isEmpty();
  }

  @Test
  void aRouteThatNamesTheModelsOverridesOneOfTheOtherDialectThatNamesThemToo() {
    naming("early", "p");
    naming("late", "q");
    assertThat(cluster.compile().findings())
        .extracting(Finding::reason, finding -> finding.object().name())
        .containsExactly(tuple(Reason.Overridden, "late"));
  }
}
