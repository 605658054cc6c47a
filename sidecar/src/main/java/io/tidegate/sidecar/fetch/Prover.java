package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;

/**
 * Proves a configuration before it may replace the one in force. Pure; costs too much for the event
 * loop.
 */
final class Prover {
  private Prover() {}

  static Proof prove(String version, String canonicalJson) {
    String actual = SnapshotCodec.version(canonicalJson);
    if (!actual.equals(version)) {
      return new Proof.Rejected(
          null,
          "the body has the version "
              + actual
              + " and not the one it came with; it was changed on its way, reconnect to the"
              + " operator");
    }
    try {
      return new Proof.Proved(Policy.load(canonicalJson));
    } catch (SnapshotRefused e) {
      return new Proof.Rejected(e.object(), e.getMessage());
    } catch (RuntimeException e) {
      // Never lets a defect of the check take the configuration in force with it.
      return new Proof.Rejected(null, "the engine failed on it: " + e);
    }
  }

  sealed interface Proof {
    record Proved(Policy policy) implements Proof {}

    /**
     * @param object null if none caused it
     */
    record Rejected(ObjectRef object, String reason) implements Proof {}
  }
}
