package io.tidegate.sidecar.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Budget;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class WindowSpanTest {
  private static Duration length(Budget.Window window, String zone, String instant) {
    WindowSpan span = WindowSpan.of(window, ZoneId.of(zone), Instant.parse(instant));
    return Duration.ofSeconds(span.end() - span.start());
  }

  @Example
  void aDayHasTwentyThreeOrTwentyFiveHoursWhereTheClocksChange() {
    assertThat(length(Budget.Window.Day, "Europe/Berlin", "2026-03-29T12:00:00Z"))
        .isEqualTo(Duration.ofHours(23));
    assertThat(length(Budget.Window.Day, "Europe/Berlin", "2026-10-25T12:00:00Z"))
        .isEqualTo(Duration.ofHours(25));
    assertThat(length(Budget.Window.Day, "Europe/Berlin", "2026-11-22T12:00:00Z"))
        .isEqualTo(Duration.ofHours(24));
  }

  @Example
  void aDayWhoseMidnightDoesNotExistBeginsAtItsFirstMoment() {
    WindowSpan span =
        WindowSpan.of(
            Budget.Window.Day,
            ZoneId.of("America/Santiago"),
            Instant.parse("2024-09-08T12:00:00Z"));

    assertThat(Instant.ofEpochSecond(span.start()))
        .isEqualTo(Instant.parse("2024-09-08T04:00:00Z"));
  }

  @Example
  void theTwoHoursOfOneNameAreTwoWindows() {
    WindowSpan first =
        WindowSpan.of(
            Budget.Window.Hour, ZoneId.of("Europe/Berlin"), Instant.parse("2026-10-25T00:30:00Z"));
    WindowSpan second =
        WindowSpan.of(
            Budget.Window.Hour, ZoneId.of("Europe/Berlin"), Instant.parse("2026-10-25T01:30:00Z"));

    assertThat(first.end()).isEqualTo(second.start());
    assertThat(second.end() - second.start()).isEqualTo(3600);
  }

  @Property
  void everyMomentLiesInOneWindowAndTheNextFollowsWithoutAGap(
      @ForAll("zones") String zone,
      @ForAll Budget.Window window,
      @ForAll @LongRange(min = 0, max = 4_000_000_000L) long second) {
    ZoneId id = ZoneId.of(zone);
    Instant now = Instant.ofEpochSecond(second, 999_999_999);

    WindowSpan span = WindowSpan.of(window, id, now);

    assertThat(span.start()).isLessThanOrEqualTo(second);
    assertThat(span.end()).isGreaterThan(second);
    assertThat(WindowSpan.of(window, id, Instant.ofEpochSecond(span.start()))).isEqualTo(span);
    assertThat(WindowSpan.of(window, id, Instant.ofEpochSecond(span.end() - 1))).isEqualTo(span);
    assertThat(WindowSpan.of(window, id, Instant.ofEpochSecond(span.end())).start())
        .isEqualTo(span.end());
  }

  @Property
  void windowsAroundEveryChangeOfClocksFollowEachOther(
      @ForAll("zones") String zone,
      @ForAll Budget.Window window,
      @ForAll @LongRange(min = 0, max = 4_000_000_000L) long second,
      @ForAll @LongRange(min = -7200, max = 7200) long around) {
    var change = ZoneId.of(zone).getRules().nextTransition(Instant.ofEpochSecond(second));
    if (change != null) {
      everyMomentLiesInOneWindowAndTheNextFollowsWithoutAGap(
          zone, window, change.toEpochSecond() + around);
    }
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of(
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "America/Santiago",
        "America/Havana",
        "Asia/Beirut",
        "Pacific/Apia");
  }
}
