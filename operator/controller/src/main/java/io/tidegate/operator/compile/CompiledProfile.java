package io.tidegate.operator.compile;

import io.tidegate.api.SidecarProfileSpec;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;

/**
 * A SidecarProfile after its own check, or the built-in defaults.
 *
 * @param object null for the built-in defaults
 * @param providers those that unclaimed calls may go to
 * @param refusal claims every call and refuses it, before all routes; null in a profile that serves
 */
record CompiledProfile(
    ObjectRef object,
    long generation,
    SidecarProfileSpec spec,
    Profile.Unmatched unmatched,
    List<CompiledProvider> providers,
    Route refusal) {

  /** Null for the built-in defaults. */
  Snapshot.Source source() {
    return object == null ? null : new Snapshot.Source(object, generation);
  }
}
