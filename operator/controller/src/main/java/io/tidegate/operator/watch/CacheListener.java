package io.tidegate.operator.watch;

/** Who is told what changed; called on informers' threads, and must return soon. */
public interface CacheListener {
  /** Something that a compilation reads. */
  void policyChanged();

  /** The value of a Secret, which no compilation reads. */
  void secretChanged();

  void podChanged(InjectedPod pod);

  void podGone(String podUid);

  /** What another replica acknowledged. */
  void reportChanged();
}
