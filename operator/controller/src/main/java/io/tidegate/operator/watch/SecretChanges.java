package io.tidegate.operator.watch;

import io.tidegate.operator.compile.ResourceView.ObjectKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A compilation reads which keys a Secret has, never their values: a rotated value goes to streams
 * without one.
 */
final class SecretChanges {
  private final CacheListener listener;
  private final Map<ObjectKey, Set<String>> keys = new ConcurrentHashMap<>();

  SecretChanges(CacheListener listener) {
    this.listener = listener;
  }

  /**
   * @param data null: gone
   */
  void changed(ObjectKey key, Map<String, String> data) {
    Set<String> now = data == null ? null : Set.copyOf(data.keySet());
    Set<String> before = now == null ? keys.remove(key) : keys.put(key, now);
    listener.secretChanged();
    if (now == null || !now.equals(before)) {
      listener.policyChanged();
    }
  }
}
