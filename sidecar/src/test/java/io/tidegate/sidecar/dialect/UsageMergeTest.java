package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.policy.Usage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UsageMergeTest {
  private static Usage merged(String... objects) {
    UsageMerge merge = new UsageMerge();
    for (String object : objects) {
      byte[] bytes = object.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      merge.merge(bytes, bytes.length);
    }
    return merge.usage();
  }

  @Test
  void nothingSaidIsNoUsage() {
    assertThat(merged()).isNull();
    assertThat(merged("{}", "{'prompt_tokens':null}", "{'x':3}")).isNull();
  }

  @Test
  void brokenUsageSaysNothing() {
    assertThat(merged("{'prompt_tokens':1,}")).isNull();
  }

  @Test
  void openAisCachedTokensArePartOfTheInput() {
    assertThat(
            merged(
                "{'prompt_tokens':10,'completion_tokens':2,"
                    + "'prompt_tokens_details':{'cached_tokens':99,'cache_write_tokens':9}}"))
        .isEqualTo(new Usage(10, 10, 0, 0, 2, 0));
  }

  @Test
  void reasoningThatOnlyTheTotalCountsIsOutput() {
    assertThat(merged("{'prompt_tokens':10,'completion_tokens':2,'total_tokens':30}"))
        .isEqualTo(new Usage(10, 0, 0, 0, 20, 0));
  }

  @Test
  void anthropicsCacheTokensComeBesideTheInput() {
    assertThat(
            merged(
                "{'input_tokens':1,'cache_read_input_tokens':2,'cache_creation_input_tokens':4,"
                    + "'output_tokens':8}"))
        .isEqualTo(new Usage(7, 2, 4, 0, 8, 0));
  }

  @Test
  void anthropicsLaterFiguresReplaceEarlierOnesAndNullKeepsThem() {
    assertThat(
            merged(
                "{'input_tokens':1,'cache_read_input_tokens':2,'output_tokens':1}",
                "{'input_tokens':null,'output_tokens':5}",
                "{'input_tokens':3,'output_tokens':9}"))
        .isEqualTo(new Usage(5, 2, 0, 0, 9, 0));
  }

  @Test
  void absurdFiguresAreBroughtIntoBounds() {
    assertThat(merged("{'prompt_tokens':-5,'completion_tokens':1e300}"))
        .isEqualTo(new Usage(0, 0, 0, 0, 1_000_000_000L, 0));
    assertThat(merged("{'prompt_tokens':1e9999999999999,'completion_tokens':2.9}"))
        .isEqualTo(new Usage(1_000_000_000L, 0, 0, 0, 2, 0));
  }
}
