/**
 * The operator's certificates: of the built-in issuer, one CA and one server certificate that all
 * replicas share by a Secret, or of another issuer by its Secret; renewed without an interruption.
 *
 * <p>{@code TlsSecret -> Renewal (pure) -> SharedIssuer, or SuppliedCertificate ->
 * CertificateIssuer -> server and CaPublisher}. Everything that talks to the API server blocks, and
 * runs on worker threads.
 *
 * <p>How long things of the built-in issuer last, and why nobody meets a certificate that he cannot
 * verify:
 *
 * <ul>
 *   <li>A server certificate lives 90 days and is renewed after 60, by the same CA.
 *   <li>A CA lives ten years. After two thirds of them the next one is made and published, beside
 *       the old one: in the ConfigMap {@code tidegate-ca} of each governed namespace, in the
 *       webhook's caBundle, and in the environment of every pod injected from then on. The server's
 *       certificate is still the old CA's.
 *   <li>The next CA signs 30 days after that, and not before. A replica hears of it within 5
 *       minutes; each namespace has it within 10 more; a kubelet writes a changed ConfigMap into
 *       running pods within about 2 minutes; and a sidecar reads the file anew before each connect
 *       and each report, so at the latest when its stream has reached its age (30 minutes). What is
 *       left of the 30 days is for nodes that are away and for writes that fail, which are logged
 *       and tried again every 30 s.
 *   <li>The old CA leaves the bundle when it expires, three years later: nothing that it signed is
 *       valid any more, so it needs no sidecar's word.
 *   <li>Somebody deletes the Secret: a running replica writes what it holds again. Only where no
 *       replica runs a new CA is made, and injected workloads have to be restarted.
 * </ul>
 */
package io.tidegate.operator.tls;
