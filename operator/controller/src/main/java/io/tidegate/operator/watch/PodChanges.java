package io.tidegate.operator.watch;

import io.tidegate.operator.compile.ResourceView.ObjectKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells of pods that came, changed or went; a pod that replaced one of its name is both. */
final class PodChanges {
  private final CacheListener listener;
  private final Map<ObjectKey, String> uids = new ConcurrentHashMap<>();

  PodChanges(CacheListener listener) {
    this.listener = listener;
  }

  /**
   * @param pod null: gone
   */
  void changed(ObjectKey key, InjectedPod pod) {
    String before = pod == null ? uids.remove(key) : uids.put(key, pod.uid());
    if (before != null && (pod == null || !before.equals(pod.uid()))) {
      listener.podGone(before);
    }
    if (pod != null) {
      listener.podChanged(pod);
    }
    listener.policyChanged();
  }
}
