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
 *   <li>The next CA signs 30 days after that, and not before. A replica hears of it within 10
 *       seconds; each namespace has it within 10 minutes; a kubelet writes a changed ConfigMap into
 *       running pods within about 2 minutes; and a sidecar reads the file anew before each connect,
 *       so at the latest when its stream has reached its age (30 minutes). What is left of the 30
 *       days is for nodes that are away and for writes that fail, which are logged and tried again
 *       every 30 s.
 *   <li>The old CA leaves the bundle when it expires, three years later: nothing that it signed is
 *       valid any more, so it needs no sidecar's word.
 *   <li>Somebody deletes the Secret: a running replica writes what it holds again, and one that
 *       starts meanwhile waits for that, since ConfigMap {@code tidegate-ca} of the operator's
 *       namespace tells it that there was a CA. Only where no replica runs a new CA is made; the
 *       old one stays trusted beside it, so that injected pods come back once their nodes have
 *       passed the new one on.
 *   <li>Somebody takes {@code tls.crt} and {@code tls.key} out of the Secret: a new certificate is
 *       issued and served within seconds. The same with {@code signer.crt} and {@code signer.key}:
 *       the next CA is announced, as if it were due; and taken out once more, it signs at once.
 *       {@code ca.crt} taken out comes back as it was; and so does ConfigMap {@code tidegate-ca} of
 *       the operator's namespace, within two minutes.
 * </ul>
 */
package io.tidegate.operator.tls;
