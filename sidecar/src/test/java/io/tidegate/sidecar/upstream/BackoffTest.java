package io.tidegate.sidecar.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Route;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  private static final Route.Retry RETRY = new Route.Retry(3, 100, 2000);
  private final Backoff backoff =
      new Backoff(
          InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z")), new SplittableRandom(7));

  private static MultiMap asked(String name, String value) {
    return MultiMap.caseInsensitiveMultiMap().add(name, value);
  }

  @ParameterizedTest
  @CsvSource({"1,100", "2,200", "3,400"})
  void theBoundDoublesAndTheWaitIsDrawnFromAllOfIt(int tries, long bound) {
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 2000; i++) {
      long wait = backoff.before(RETRY, tries, null).toMillis();
      least = Math.min(least, wait);
      most = Math.max(most, wait);
    }
    assertThat(most).isLessThanOrEqualTo(bound).isGreaterThan(bound * 9 / 10);
    assertThat(least).isLessThan(bound / 10);
  }

  @Test
  void theBoundNeverPassesTheRulesMaximum() {
    Route.Retry many = new Route.Retry(100, 1000, 1500);
    for (int tries = 1; tries <= 100; tries++) {
      assertThat(backoff.before(many, tries, null)).isLessThanOrEqualTo(Duration.ofMillis(1500));
    }
  }

  @Test
  void afterTheLastTryThereIsNone() {
    assertThat(backoff.before(RETRY, 4, null)).isNull();
    assertThat(backoff.before(null, 1, null)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retry-after|2|2000",
        "retry-after|0.5|500",
        "retry-after-ms|120|120",
        "retry-after|Sun, 22 Nov 2026 10:00:01 GMT|1000",
        "retry-after|Sun, 22 Nov 2026 09:00:00 GMT|0",
        "retry-after|-5|0"
      })
  void whatTheProviderAsksForIsDone(String header, String value, long millis) {
    assertThat(backoff.before(RETRY, 1, asked(header, value))).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void aLongerWaitThanTheRuleAllowsEndsTheRetries() {
    assertThat(backoff.before(RETRY, 1, asked("retry-after", "3"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "NaNs", "1e400x", "Mon, 99 Foo"})
  void whatCannotBeReadIsIgnored(String value) {
    assertThat(backoff.before(RETRY, 1, asked("retry-after", value))).isNotNull();
  }
}
