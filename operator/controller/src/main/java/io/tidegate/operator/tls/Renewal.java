package io.tidegate.operator.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
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
    return complete(TlsParts.NONE, Optional.empty(), now);
  }

  /**
   * Makes what is not there. A CA that was taken out is the word to change it: the next one is
   * announced while the old one, if a replica still holds it, signs on; taken out again, it yields
   * to the next at once.
   *
   * @param held what this replica used until now
   */
  TlsState complete(TlsParts found, Optional<TlsState> held, Instant now) {
    if (found.equals(TlsParts.NONE) && held.isPresent()) {
      return advance(held.get(), now);
    }
    Optional<KeyedCertificate> next = found.next();
    KeyedCertificate signer;
    if (found.signer().isPresent()) {
      signer = found.signer().get();
    } else if (next.isPresent()) {
      signer = next.get();
      next = Optional.empty();
    } else if (held.isPresent()) {
      signer = held.get().signer();
      next = Optional.of(authority.newCa(now));
    } else {
      signer = authority.newCa(now);
    }
    KeyedCertificate leaf =
        found.leaf().isPresent() ? found.leaf().get() : authority.newLeaf(signer, names, now);
    return advance(new TlsState(trusted(found, signer, next), signer, next, leaf), now);
  }

  /** Those that were trusted, after those that are new among the two. */
  private static List<X509Certificate> trusted(
      TlsParts found, KeyedCertificate signer, Optional<KeyedCertificate> next) {
    Set<X509Certificate> trusted = new LinkedHashSet<>();
    if (found.next().isEmpty() || found.trusted().isEmpty()) {
      next.map(KeyedCertificate::certificate).ifPresent(trusted::add);
    }
    if (!found.trusted().contains(signer.certificate())) {
      trusted.add(signer.certificate());
    }
    trusted.addAll(found.trusted());
    return List.copyOf(trusted);
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
