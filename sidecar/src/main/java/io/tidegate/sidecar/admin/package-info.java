/**
 * Health, readiness, metrics and the loaded configuration, without secrets, for kubelet, Prometheus
 * and people.
 */
package io.tidegate.sidecar.admin;
