package io.tidegate.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class ChangeDebouncerTest {
  /** Time that stands still until the test moves it, in milliseconds. */
  private static final class ManualTime implements ChangeDebouncer.Delayer {
    private record Waiting(long at, Runnable task) {}

    private final PriorityQueue<Waiting> waiting =
        new PriorityQueue<>(Comparator.comparingLong(Waiting::at));
    private long now;

    @Override
    public void after(Duration delay, Runnable task) {
      waiting.add(new Waiting(now + delay.toMillis(), task));
    }

    long nanos() {
      return Duration.ofMillis(now).toNanos();
    }

    void moveTo(long millis) {
      while (!waiting.isEmpty() && waiting.peek().at() <= millis) {
        Waiting next = waiting.remove();
        now = Math.max(now, next.at());
        next.task().run();
      }
      now = millis;
    }
  }

  private final ManualTime time = new ManualTime();
  private final List<Long> runs = new ArrayList<>();
  private final ChangeDebouncer debouncer =
      new ChangeDebouncer(
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          time::nanos,
          time,
          () -> runs.add(time.now));

  @Test
  void oneChangeRunsAfterTheQuietTime() {
    debouncer.changed();
    time.moveTo(49);
    assertThat(runs).isEmpty();
    time.moveTo(1_000);
    assertThat(runs).containsExactly(50L);
  }

  @Test
  void aBurstRunsOnceWhenItIsOver() {
    for (int at = 0; at <= 200; at += 40) {
      time.moveTo(at);
      debouncer.changed();
    }
    time.moveTo(1_000);
    assertThat(runs).containsExactly(250L);
  }

  @Test
  void aBurstWithoutEndRunsAtTheMost() {
    for (int at = 0; at < 1_200; at += 20) {
      time.moveTo(at);
      debouncer.changed();
    }
    time.moveTo(3_000);
    assertThat(runs).startsWith(500L).hasSize(3);
    assertThat(runs.get(1)).isLessThanOrEqualTo(1_020);
  }

  @Test
  void aChangeDuringTheRunIsNotLost() {
    List<Integer> ran = new ArrayList<>();
    ChangeDebouncer[] self = new ChangeDebouncer[1];
    self[0] =
        new ChangeDebouncer(
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            time::nanos,
            time,
            () -> {
              ran.add(ran.size());
              if (ran.size() == 1) {
                self[0].changed();
              }
            });
    self[0].changed();
    time.moveTo(1_000);
    assertThat(ran).hasSize(2);
  }
}
