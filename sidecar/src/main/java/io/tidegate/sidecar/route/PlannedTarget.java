package io.tidegate.sidecar.route;

import io.tidegate.sidecar.policy.ServingProvider;
import io.tidegate.sidecar.policy.ServingProvider.ServingModel;

/**
 * One place to try.
 *
 * @param fallback whether it is tried only because an earlier one failed
 */
public record PlannedTarget(ServingProvider provider, ServingModel model, boolean fallback) {}
