/** Which targets serve a call, in which order. Pure. */
package io.tidegate.sidecar.route;
