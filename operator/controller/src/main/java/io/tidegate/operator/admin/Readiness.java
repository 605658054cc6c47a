package io.tidegate.operator.admin;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Which steps of the start are done; ready once all are, and for good. Safe on every thread. */
public final class Readiness {
  /** What has to happen before this replica may serve. */
  public enum Step {
    /** The cluster knows our kinds: whoever installs may bring them later. */
    Definitions,
    /** There is a certificate to serve: another issuer may take its time. */
    Certificate,
    /** Every informer has listed what there is. */
    CachesSynced,
    /** Snapshots were compiled from synced caches once. */
    FirstCompile,
    /** The TLS port answers. */
    Listening
  }

  private final Set<Step> missing = EnumSet.allOf(Step.class);
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  public void done(Step step) {
    boolean all;
    synchronized (missing) {
      missing.remove(step);
      all = missing.isEmpty();
    }
    if (all) {
      ready.complete(null);
    }
  }

  /** Empty once ready. */
  public Set<Step> missing() {
    synchronized (missing) {
      return EnumSet.copyOf(missing);
    }
  }

  /** Completes once every step is done. */
  public CompletionStage<Void> whenReady() {
    return ready.minimalCompletionStage();
  }
}
