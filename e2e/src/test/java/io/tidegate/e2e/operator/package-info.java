/**
 * The operator on a real API server: installed by the charts, with the charts' rights and no other,
 * its webhook called and its sidecars' tokens reviewed by the API server. Pods are objects only
 * here, their sidecars are stubs that speak the real stream; a node runs them in {@code
 * io.tidegate.e2e.node}.
 */
package io.tidegate.e2e.operator;
