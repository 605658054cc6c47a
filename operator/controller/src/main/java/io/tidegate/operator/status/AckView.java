package io.tidegate.operator.status;

import io.tidegate.sidecar.config.ObjectRef;
import java.time.Instant;

/**
 * What the acknowledgement ledgers of all replicas know of one pod's sidecar.
 *
 * @param podUid the pod
 * @param runningVersion the version in force in it; null if it never acknowledged one
 * @param refusedVersion the version that it refused last; null if it refused none since {@code
 *     runningVersion}
 * @param refusedObject the object it blames; null if none
 * @param refusedReason its sentence; null without a refusal
 * @param since when this last changed
 */
public record AckView(
    String podUid,
    String runningVersion,
    String refusedVersion,
    ObjectRef refusedObject,
    String refusedReason,
    Instant since) {}
