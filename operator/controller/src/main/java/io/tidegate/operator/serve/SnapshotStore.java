package io.tidegate.operator.serve;

import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.WorkloadSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The snapshot that is in force for each pod. Content-addressed: what has the same version is the
 * same object and keeps its nonce, but for where its keys come from, which is as last compiled. A
 * reader sees one publication or the next, never a mixture. A pod for which a compilation has
 * nothing keeps what it had.
 */
public final class SnapshotStore {
  private final AtomicReference<State> state =
      new AtomicReference<>(new State(Map.of(), Map.of(), 0));

  /**
   * @param byVersion only those that some pod has
   */
  private record State(
      Map<String, PublishedSnapshot> byPod, Map<String, PublishedSnapshot> byVersion, long nonce) {}

  /**
   * Puts a compilation in force. For one thread at a time.
   *
   * @param pods uids of all pods there are; the others are forgotten
   * @return how many versions are new
   */
  public int publish(Compilation compilation, Set<String> pods) {
    State before = state.get();
    Map<String, PublishedSnapshot> byPod = new HashMap<>();
    Map<String, PublishedSnapshot> byVersion = new HashMap<>();
    long nonce = before.nonce();
    for (String pod : pods) {
      WorkloadSnapshot compiled = compilation.forPod(pod);
      PublishedSnapshot snapshot =
          compiled == null ? before.byPod().get(pod) : known(compiled, before, byVersion);
      if (snapshot == null && compiled != null) {
        snapshot = PublishedSnapshot.of(compiled, ++nonce);
      }
      if (snapshot != null) {
        byPod.put(pod, snapshot);
        byVersion.put(snapshot.version(), snapshot);
      }
    }
    state.set(new State(Map.copyOf(byPod), Map.copyOf(byVersion), nonce));
    return Math.toIntExact(nonce - before.nonce());
  }

  /** Null if this version is not in force anywhere yet. */
  private static PublishedSnapshot known(
      WorkloadSnapshot compiled, State before, Map<String, PublishedSnapshot> now) {
    PublishedSnapshot same = now.get(compiled.version());
    if (same != null) {
      return same;
    }
    PublishedSnapshot earlier = before.byVersion().get(compiled.version());
    return earlier == null ? null : earlier.with(compiled);
  }

  public Optional<PublishedSnapshot> forPod(String uid) {
    return Optional.ofNullable(state.get().byPod().get(uid));
  }
}
