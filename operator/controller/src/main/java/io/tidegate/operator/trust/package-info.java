/**
 * Who gets credentials: may this pod, as the API server has it, be trusted with configuration?
 *
 * <p>In: a pod and the installation's sidecar images. Out: {@link
 * io.tidegate.operator.trust.Trust}, a decision as a value. Pure.
 */
package io.tidegate.operator.trust;
