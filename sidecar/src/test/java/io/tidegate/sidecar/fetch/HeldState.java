package io.tidegate.sidecar.fetch;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** What fetching would have brought, put there by a test of another package. */
public final class HeldState {
  private HeldState() {}

  public static Fetcher.Held empty(Path dir, MeterRegistry meters) {
    return new Fetcher.Held(
        new PolicyHolder(),
        new LastKnownGood(dir.resolve("state")),
        new CredentialStore(dir.resolve("credentials")),
        new FetchStatus(InstantSource.system(), meters));
  }

  public static void adopt(Fetcher.Held held, String json, Origin origin) throws SnapshotRefused {
    held.policy().adopt(Policy.load(json), origin, Instant.EPOCH);
  }

  public static void credentials(Fetcher.Held held, Map<String, String> values) {
    held.credentials().replace(values);
  }

  public static void refused(Fetcher.Held held, String reason) {
    held.status().refused("sha256:x", Origin.STREAM, Snapshots.ROUTE, reason);
  }

  public static void waiting(Fetcher.Held held, String why) {
    held.status().entered(FetchStatus.Phase.WAITING, why);
  }
}
