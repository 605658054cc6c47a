package io.tidegate.sidecar.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CallRecorderTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CallMetrics metrics = new CallMetrics(registry);
  private final List<CallEvent> written = new CopyOnWriteArrayList<>();

  private double lost(CallMetrics.Lost cause) {
    return registry.get("tidegate.events.lost").tag("cause", cause.name()).counter().count();
  }

  @Test
  void whatWasRecordedIsWrittenInOrderBeforeItCloses() {
    try (CallRecorder recorder = new CallRecorder(written::add, metrics, 1000)) {
      for (int i = 0; i < 1000; i++) {
        recorder.record(i % 2 == 0 ? Events.completed() : Events.refused());
      }
    }

    assertThat(written).hasSize(1000);
    assertThat(written.get(1).callId()).isEqualTo("call-2");
    assertThat(registry.find("tidegate.calls").counters())
        .extracting(counter -> counter.count())
        .containsExactlyInAnyOrder(500.0, 500.0);
  }

  @Test
  void aSlowReaderStopsNewCallsBeforeAnEventIsLost() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    EventSink slow =
        event -> {
          reading.countDown();
          await(go);
          written.add(event);
        };
    try (CallRecorder recorder = new CallRecorder(slow, metrics, 10)) {
      int begun = 0;
      while (recorder.hasRoom() || begun < 11) {
        recorder.record(Events.completed());
        begun++;
        if (begun == 1) {
          assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
        }
      }
      assertThat(recorder.hasRoom()).isFalse();
      // Ten calls that were under way end as well.
      for (int i = 0; i < 10; i++) {
        recorder.record(Events.completed());
      }
      assertThat(lost(CallMetrics.Lost.queue_full)).isZero();
      recorder.record(Events.completed());
      assertThat(lost(CallMetrics.Lost.queue_full)).isEqualTo(1);
      go.countDown();
    }

    assertThat(written).hasSize(21);
  }

  @Test
  void aClosedPipeIsCountedAndTheCallsGoOn() {
    EventSink broken =
        event -> {
          if (written.size() < 2) {
            written.add(event);
            throw new IOException("Broken pipe");
          }
          written.add(event);
        };
    try (CallRecorder recorder = new CallRecorder(broken, metrics, 10)) {
      for (int i = 0; i < 5; i++) {
        recorder.record(Events.completed());
      }
    }

    assertThat(lost(CallMetrics.Lost.write_failed)).isEqualTo(2);
    assertThat(written).hasSize(5);
    assertThat(registry.get("tidegate.calls").counter().count()).isEqualTo(5);
  }

  @Test
  void anEventAfterTheEndIsCountedAsLost() {
    CallRecorder recorder = new CallRecorder(written::add, metrics, 10);
    recorder.close();

    recorder.record(Events.completed());

    assertThat(lost(CallMetrics.Lost.queue_full)).isEqualTo(1);
  }

  @Test
  void itsThreadEndsWithIt() {
    CallRecorder recorder = new CallRecorder(written::add, metrics, 10);
    recorder.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().equals("tidegate-recorder"))
        .noneMatch(Thread::isAlive);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
