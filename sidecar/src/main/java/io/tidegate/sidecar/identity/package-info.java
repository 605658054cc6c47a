/** The request contract, read from the most trusted place that the profile allows. Pure. */
package io.tidegate.sidecar.identity;
