/**
 * The charts: what Helm renders of them, in-process and offline, and what a real API server makes
 * of that.
 */
package io.tidegate.e2e.chart;
