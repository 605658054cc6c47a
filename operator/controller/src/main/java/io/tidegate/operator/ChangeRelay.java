package io.tidegate.operator;

import io.tidegate.operator.events.PodsToCome;
import io.tidegate.operator.serve.SnapshotStream;
import io.tidegate.operator.watch.CacheListener;
import io.tidegate.operator.watch.ChangeDebouncer;
import io.tidegate.operator.watch.InjectedPod;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Brings what the caches notice to the stages behind them. Until it is connected it drops
 * everything: the first compilation reads whole caches anyway.
 */
final class ChangeRelay implements CacheListener {
  private final AtomicReference<Stages> stages = new AtomicReference<>();

  private record Stages(
      ChangeDebouncer compile,
      ChangeDebouncer status,
      ChangeDebouncer reports,
      SnapshotStream stream,
      PodsToCome toCome) {}

  void connect(
      ChangeDebouncer compile,
      ChangeDebouncer status,
      ChangeDebouncer reports,
      SnapshotStream stream,
      PodsToCome toCome) {
    stages.set(new Stages(compile, status, reports, stream, toCome));
  }

  @Override
  public void policyChanged() {
    Stages to = stages.get();
    if (to != null) {
      to.compile().changed();
    }
  }

  @Override
  public void secretChanged() {
    Stages to = stages.get();
    if (to != null) {
      to.stream().refreshAll();
    }
  }

  @Override
  public void podChanged(InjectedPod pod) {
    Stages to = stages.get();
    if (to != null) {
      to.stream().recheck(pod);
      to.toCome().seen(pod.reference());
    }
  }

  @Override
  public void podGone(String podUid) {
    Stages to = stages.get();
    if (to != null) {
      to.stream().gone(podUid);
    }
  }

  /** A sidecar connected to this replica said something. */
  void acknowledged() {
    Stages to = stages.get();
    if (to != null) {
      to.reports().changed();
      to.status().changed();
    }
  }

  @Override
  public void reportChanged() {
    Stages to = stages.get();
    if (to != null) {
      to.status().changed();
    }
  }
}
