/**
 * The built-in certificate issuer: one CA and one server certificate that all replicas share by a
 * Secret, renewed without an interruption.
 *
 * <p>{@code TlsSecret -> Renewal (pure) -> CertificateIssuer -> server and CaPublisher}. Everything
 * that talks to the API server blocks, and runs on worker threads.
 */
package io.tidegate.operator.tls;
