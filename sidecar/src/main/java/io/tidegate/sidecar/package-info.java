/**
 * The sidecar put together: {@link io.tidegate.sidecar.Sidecar} is the list of its stages, {@link
 * io.tidegate.sidecar.CallLine} the list of a call's, {@link io.tidegate.sidecar.Main} the process.
 */
package io.tidegate.sidecar;
