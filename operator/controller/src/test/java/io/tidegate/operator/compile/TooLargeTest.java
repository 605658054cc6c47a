package io.tidegate.operator.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.ObjectRef;
import org.junit.jupiter.api.Test;

/** Objects within their bounds that are together more than a sidecar takes. */
class TooLargeTest {
  @Test
  void whatIsTooLargeForASidecarIsRolledOutToNobodyAndKeepsNoOthersBack() {
    Cluster cluster =
        new Cluster().pod("team", "pod").provider("team", "p").tooLarge("team", "p", "");
    cluster.pod("other", "pod2").provider("other", "p").routeTo("other", "r", "p");
    Compilation compilation = cluster.compile();
    assertThat(compilation.forPod("uid-pod") == null).as("nothing for the pod").isTrue();
    assertThat(compilation.forPod("uid-pod2")).isNotNull();
    assertThat(compilation.findings()).isEmpty();
    assertThat(compilation.unserved()).containsOnlyKeys("uid-pod");
    assertThat(compilation.unserved().get("uid-pod").reason())
        .matches(
            "all that governs one pod has \\d{7} bytes and may have 4194304; the largest of it:"
                + " (PromptVersion team/long-\\d \\(\\d{7}\\)(, |\\. )){3}Let fewer routes .*");
    assertThat(compilation.unserved().get("uid-pod").sources())
        .extracting(ObjectRef::kind)
        .containsOnly("ModelRoute", "PromptVersion", "ModelProvider");
  }

  /** A namespace's routes may be too much together and each pod's little. */
  @Test
  void whatNoPodGetsMayBeTooLarge() {
    Cluster cluster = new Cluster().pod("team", "pod").provider("team", "p");
    String nobody = "workloads: {podSelector: {matchLabels: {app: none}}}, ";
    Compilation compilation = cluster.tooLarge("team", "p", nobody).compile();
    assertThat(compilation.findings()).isEmpty();
    assertThat(compilation.forPod("uid-pod")).isNotNull();
  }
}
