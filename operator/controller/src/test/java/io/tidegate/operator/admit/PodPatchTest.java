package io.tidegate.operator.admit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PodPatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aVariableThatMovesWithinAGrowingListIsNotCopiedFromAPlaceThatIsNotThereYet() {
    JsonNode before = environments(List.of("a", "a", "a", "a"), List.of("a", "a", "b", "a", "c"));
    JsonNode after =
        environments(
            List.of("a", "a", "a", "a", "b", "c", "d"), List.of("a", "a", "b", "a", "c", "d", "b"));

    JsonNode patch = PodPatch.between(before, after);

    assertThat(JsonPatch.apply(patch, before)).isEqualTo(after);
    assertThat(patch.findValuesAsText("op")).doesNotContain("copy", "move");
  }

  private static JsonNode environments(List<String> first, List<String> second) {
    return JSON.valueToTree(Stream.of(first, second).map(PodPatchTest::named).toList());
  }

  private static List<Variable> named(List<String> names) {
    return names.stream().map(Variable::new).toList();
  }

  private record Variable(String name) {}
}
