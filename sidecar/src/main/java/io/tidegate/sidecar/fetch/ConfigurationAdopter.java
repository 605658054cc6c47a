package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SnapshotSize;
import io.tidegate.sidecar.config.StreamFrame;
import io.tidegate.sidecar.policy.Policy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.InstantSource;

/**
 * Verify, load, swap, keep: what the stream brings comes into force only when it is proved, and is
 * on disk before anybody is told that it runs. On the event loop; proof and files on a worker.
 */
final class ConfigurationAdopter {
  private final Context context;
  private final PolicyHolder holder;
  private final LastKnownGood lastKnownGood;
  private final CredentialStore credentials;
  private final FetchStatus status;
  private final InstantSource clock;

  ConfigurationAdopter(
      Context context,
      PolicyHolder holder,
      LastKnownGood lastKnownGood,
      CredentialStore credentials,
      FetchStatus status,
      InstantSource clock) {
    this.context = context;
    this.holder = holder;
    this.lastKnownGood = lastKnownGood;
    this.credentials = credentials;
    this.status = status;
    this.clock = clock;
  }

  Future<Verdict> adopt(StreamFrame.Configuration configuration) {
    return context
        .executeBlocking(() -> Prover.prove(configuration.version(), configuration.body()))
        .compose(
            proof ->
                switch (proof) {
                  case Prover.Proof.Proved(Policy policy) -> swap(policy);
                  case Prover.Proof.Rejected(ObjectRef object, String reason) -> {
                    status.refused(configuration.version(), Origin.STREAM, object, reason);
                    yield Future.succeededFuture(new Verdict.Refused(object, reason));
                  }
                });
  }

  /** What is longer than any sidecar takes is refused unread. */
  Verdict refuseTooLong(String version) {
    String reason =
        "the configuration is longer than the "
            + SnapshotSize.MAX_BYTES
            + " bytes that a sidecar takes";
    status.refused(version, Origin.STREAM, null, reason);
    return new Verdict.Refused(null, reason);
  }

  private Future<Verdict> swap(Policy policy) {
    holder.adopt(policy, Origin.STREAM, clock.instant());
    status.adopted(policy.version(), Origin.STREAM);
    return context
        .<Void>executeBlocking(
            () -> {
              keep(policy);
              return null;
            })
        .map(kept -> new Verdict.InForce());
  }

  /** A disk that fails costs the next restart its start, not this process its policy. */
  private void keep(Policy policy) {
    try {
      lastKnownGood.write(policy.version(), policy.canonicalJson());
      status.fine(FetchStatus.Part.LAST_KNOWN_GOOD);
    } catch (IOException | RuntimeException e) {
      status.problem(FetchStatus.Part.LAST_KNOWN_GOOD, "cannot be written: " + e);
    }
  }

  boolean hasCredentials() {
    return !credentials.names().isEmpty();
  }

  Future<Void> adopt(StreamFrame.Credentials frame) {
    credentials.replace(frame.values());
    return context.executeBlocking(
        () -> {
          try {
            credentials.save();
            status.fine(FetchStatus.Part.CREDENTIALS);
          } catch (IOException | RuntimeException e) {
            status.problem(
                FetchStatus.Part.CREDENTIALS, "in memory only, the file cannot be written: " + e);
          }
          return null;
        });
  }

  /**
   * The operator says for certain that this pod may have no credentials: a running sidecar gives
   * them up too, in memory and on its volume. Its configuration stays.
   */
  Future<Void> withdrawCredentials(String why) {
    credentials.withdraw(why);
    status.problem(FetchStatus.Part.CREDENTIALS, "taken back by the operator: " + why);
    return context.executeBlocking(
        () -> {
          try {
            credentials.delete();
          } catch (IOException | RuntimeException e) {
            status.problem(
                FetchStatus.Part.CREDENTIALS,
                "taken back by the operator, but the file cannot be deleted: " + e);
          }
          return null;
        });
  }

  /** What became of a configuration. */
  sealed interface Verdict {
    record InForce() implements Verdict {}

    /**
     * @param object null if none caused it
     */
    record Refused(ObjectRef object, String reason) implements Verdict {}
  }
}
