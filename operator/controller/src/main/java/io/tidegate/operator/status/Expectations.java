package io.tidegate.operator.status;

import io.tidegate.operator.compile.Compilation;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which version each pod is to run, since when, and what the versions that it may still run say of
 * each object. Immutable; {@link #next} follows one compilation with the next.
 *
 * @param byPod uid to what is expected
 * @param snapshots every version that is expected now, and the newest of those that were within
 *     {@link #MEMORY}: twice as many as are expected now, and {@value #LEAST_OLDER} at least
 */
public record Expectations(Map<String, Expected> byPod, Map<String, Remembered> snapshots) {
  /** Before the first compilation. */
  public static final Expectations NONE = new Expectations(Map.of(), Map.of());

  /** A sidecar that refuses or is cut off runs an old version for as long as this at least. */
  static final Duration MEMORY = Duration.ofHours(1);

  /**
   * Whoever edits all the time must not fill the memory; a pod that lags further is just lagging.
   */
  static final int LEAST_OLDER = 64;

  public Expectations {
    byPod = Map.copyOf(byPod);
    snapshots = Map.copyOf(snapshots);
  }

  /**
   * @param since when this version was first expected of the pod
   */
  public record Expected(String version, Instant since) {}

  /**
   * @param lastExpected when some pod was last to run it
   */
  public record Remembered(Snapshot snapshot, Instant lastExpected) {}

  /** What is expected once this compilation is published; of a pod that is unserved, the same. */
  public Expectations next(Compilation compilation, Instant now) {
    Map<String, Expected> pods = new HashMap<>();
    Map<String, Remembered> remembered = new HashMap<>();
    snapshots.forEach(
        (version, old) -> {
          if (old.lastExpected().plus(MEMORY).isAfter(now)) {
            remembered.put(version, old);
          }
        });
    compilation
        .byPod()
        .forEach(
            (uid, snapshot) -> {
              Expected before = byPod.get(uid);
              boolean same = before != null && before.version().equals(snapshot.version());
              pods.put(uid, same ? before : new Expected(snapshot.version(), now));
              remembered.put(snapshot.version(), new Remembered(snapshot.snapshot(), now));
            });
    for (String uid : compilation.unserved().keySet()) {
      Expected before = byPod.get(uid);
      if (before != null) {
        pods.put(uid, before);
        remembered.computeIfPresent(
            before.version(), (version, old) -> new Remembered(old.snapshot(), now));
      }
    }
    forget(remembered, pods);
    return new Expectations(pods, remembered);
  }

  /** Those that were last expected longest ago, beyond the bound. */
  private static void forget(Map<String, Remembered> remembered, Map<String, Expected> pods) {
    Set<String> now = pods.values().stream().map(Expected::version).collect(Collectors.toSet());
    int most = now.size() + Math.max(LEAST_OLDER, 2 * now.size());
    if (remembered.size() <= most) {
      return;
    }
    List<String> older =
        remembered.entrySet().stream()
            .filter(version -> !now.contains(version.getKey()))
            .sorted(Comparator.comparing(version -> version.getValue().lastExpected()))
            .map(Map.Entry::getKey)
            .toList();
    older.stream().limit(remembered.size() - most).forEach(remembered::remove);
  }

  /** Whether it was expected of a pod within {@link #MEMORY}. */
  boolean knows(String version) {
    return snapshots.containsKey(version);
  }

  /** Whether an older version says the same of the object as the expected one. */
  boolean saysTheSame(String olderVersion, Snapshot expected, ObjectRef object) {
    Remembered older = snapshots.get(olderVersion);
    if (older == null) {
      return false;
    }
    Object part = part(expected, object);
    return part != null
        && part.equals(part(older.snapshot(), object))
        && generation(expected, object) == generation(older.snapshot(), object);
  }

  private static long generation(Snapshot snapshot, ObjectRef object) {
    return snapshot.sources().stream()
        .filter(source -> source.object().equals(object))
        .mapToLong(Snapshot.Source::generation)
        .findFirst()
        .orElse(-1);
  }

  /** Null if the snapshot does not have the object. */
  private static Object part(Snapshot snapshot, ObjectRef object) {
    return switch (object.kind()) {
      case "ModelRoute" ->
          snapshot.routes().stream()
              .filter(it -> it.object().equals(object))
              .findFirst()
              .orElse(null);
      case "ModelProvider" ->
          snapshot.providers().stream()
              .filter(it -> it.object().equals(object))
              .findFirst()
              .orElse(null);
      case "TenantBudget" ->
          snapshot.budgets().stream()
              .filter(it -> it.object().equals(object))
              .findFirst()
              .orElse(null);
      case "PromptVersion" ->
          snapshot.prompts().stream()
              .filter(it -> it.object().equals(object))
              .findFirst()
              .orElse(null);
      default -> object.equals(snapshot.profile().object()) ? snapshot.profile() : null;
    };
  }
}
