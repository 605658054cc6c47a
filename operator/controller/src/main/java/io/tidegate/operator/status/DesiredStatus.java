package io.tidegate.operator.status;

import io.fabric8.kubernetes.client.CustomResource;
import io.tidegate.api.GovernedStatus;

/**
 * What the status of an object should say.
 *
 * @param object as last seen, with the status it has
 */
public record DesiredStatus(CustomResource<?, ?> object, GovernedStatus status) {}
