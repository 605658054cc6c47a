package io.tidegate.operator.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.operator.compile.FindingCases.Case;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found, and what is not. */
class FindingsTest {
  static Stream<Arguments> all() {
    return FindingCases.all().map(each -> Arguments.of(each.reason(), each));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void whatIsWrongIsFoundAndNamesObjectFieldAndNextStep(Reason reason, Case each) {
    assertThat(each.bad().compile().findings())
        .filteredOn(finding -> finding.reason() == reason && finding.field().equals(each.field()))
        .hasSize(1)
        .allSatisfy(
            finding ->
                assertThat(finding.message())
                    .startsWith(finding.object() + ": ")
                    .contains(each.says(), reason.nextStep()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void whatIsRightIsNotFound(Reason reason, Case each) {
    assertThat(each.good().compile().findings()).isEmpty();
  }

  @Test
  void everyReasonHasACase() {
    assertThat(FindingCases.all().map(Case::reason)).containsAll(Arrays.asList(Reason.values()));
  }
}
