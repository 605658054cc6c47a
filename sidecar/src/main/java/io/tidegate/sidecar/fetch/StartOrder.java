package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;
import java.io.IOException;
import java.time.InstantSource;

/**
 * What a new process serves with until the stream speaks: credentials and the last-known-good
 * configuration of its predecessor, else the mounted file, else nothing. Blocks; not for the event
 * loop.
 */
public final class StartOrder {
  private final LastKnownGood lastKnownGood;
  private final MountedConfiguration mounted;
  private final CredentialStore credentials;
  private final PolicyHolder holder;
  private final FetchStatus status;
  private final InstantSource clock;

  /**
   * @param mounted null: none
   */
  public StartOrder(
      LastKnownGood lastKnownGood,
      java.nio.file.Path mounted,
      CredentialStore credentials,
      PolicyHolder holder,
      FetchStatus status,
      InstantSource clock) {
    this.lastKnownGood = lastKnownGood;
    this.mounted = mounted == null ? null : new MountedConfiguration(mounted);
    this.credentials = credentials;
    this.holder = holder;
    this.status = status;
    this.clock = clock;
  }

  public void adopt() {
    try {
      credentials.load();
    } catch (IOException e) {
      status.problem(FetchStatus.Part.CREDENTIALS, e.getMessage());
    }
    if (!adoptLastKnownGood() && mounted != null) {
      adoptMounted();
    }
  }

  private boolean adoptLastKnownGood() {
    return switch (lastKnownGood.read()) {
      case LastKnownGood.Found.Absent() -> false;
      case LastKnownGood.Found.Unusable(String reason) -> {
        status.problem(FetchStatus.Part.LAST_KNOWN_GOOD, reason);
        yield false;
      }
      case LastKnownGood.Found.Snapshot(String version, String json) ->
          switch (Prover.prove(version, json)) {
            case Prover.Proof.Proved(Policy policy) -> {
              adopt(policy, Origin.LAST_KNOWN_GOOD);
              yield true;
            }
            case Prover.Proof.Rejected rejected -> {
              status.refused(version, Origin.LAST_KNOWN_GOOD, rejected.object(), rejected.reason());
              status.problem(FetchStatus.Part.LAST_KNOWN_GOOD, rejected.reason());
              yield false;
            }
          };
    };
  }

  private void adoptMounted() {
    try {
      adopt(mounted.load(), Origin.MOUNTED);
    } catch (IOException e) {
      status.problem(FetchStatus.Part.MOUNTED, e.getMessage());
    } catch (SnapshotRefused e) {
      status.refused(mounted.path().toString(), Origin.MOUNTED, e.object(), e.getMessage());
      status.problem(FetchStatus.Part.MOUNTED, mounted.path() + ": " + e.getMessage());
    }
  }

  private void adopt(Policy policy, Origin origin) {
    holder.adopt(policy, origin, clock.instant());
    status.adopted(policy.version(), origin);
  }
}
