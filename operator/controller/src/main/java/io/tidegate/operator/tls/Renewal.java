package io.tidegate.operator.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides what has to be made anew. Pure in (state, time), but for the randomness of keys; a state
 * in which nothing is due comes back as it is.
 *
 * <p>A new CA is trusted first and signs thirty days later: the package's page says who has heard
 * of it by then. The old one stays trusted until it expires.
 */
final class Renewal {
  static final Duration SETTLE = Duration.ofDays(30);

  private final Authority authority;
  private final List<String> names;

  /**
   * For one set of names.
   *
   * @param names what the server certificate must be valid for
   */
  Renewal(Authority authority, List<String> names) {
    this.authority = authority;
    this.names = List.copyOf(names);
  }

  TlsState first(Instant now) {
    KeyedCertificate ca = authority.newCa(now);
    return new TlsState(
        List.of(ca.certificate()), ca, Optional.empty(), authority.newLeaf(ca, names, now));
  }

  TlsState advance(TlsState state, Instant now) {
    TlsState known = announceNextCa(state, now);
    TlsState signing = promoteNextCa(known, now);
    return renewLeaf(dropExpired(signing, now), now);
  }

  private TlsState announceNextCa(TlsState state, Instant now) {
    if (!state.signer().due(now) || state.next().isPresent()) {
      return state;
    }
    KeyedCertificate next = authority.newCa(now);
    List<X509Certificate> trusted = new ArrayList<>(state.trusted());
    trusted.addFirst(next.certificate());
    return new TlsState(trusted, state.signer(), Optional.of(next), state.leaf());
  }

  private static TlsState promoteNextCa(TlsState state, Instant now) {
    boolean signerGone = now.isAfter(state.signer().notAfter());
    return state
        .next()
        .filter(
            next ->
                signerGone
                    || !now.isBefore(next.notBefore().plus(Authority.BACKDATED).plus(SETTLE)))
        .map(next -> new TlsState(state.trusted(), next, Optional.empty(), state.leaf()))
        .orElse(state);
  }

  private static TlsState dropExpired(TlsState state, Instant now) {
    List<X509Certificate> valid =
        state.trusted().stream().filter(c -> now.isBefore(c.getNotAfter().toInstant())).toList();
    return valid.size() == state.trusted().size()
        ? state
        : new TlsState(valid, state.signer(), state.next(), state.leaf());
  }

  private TlsState renewLeaf(TlsState state, Instant now) {
    KeyedCertificate leaf = state.leaf();
    if (!leaf.due(now) && leaf.issuedBy(state.signer()) && coversNames(leaf.certificate())) {
      return state;
    }
    return new TlsState(
        state.trusted(),
        state.signer(),
        state.next(),
        authority.newLeaf(state.signer(), names, now));
  }

  private boolean coversNames(X509Certificate leaf) {
    try {
      if (leaf.getSubjectAlternativeNames() == null) {
        return false;
      }
      Set<Object> covered =
          leaf.getSubjectAlternativeNames().stream()
              .map(entry -> entry.get(1))
              .collect(Collectors.toSet());
      return covered.containsAll(names);
    } catch (CertificateParsingException e) {
      return false;
    }
  }
}
