package io.tidegate.operator.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what has to be made anew. Pure in (state, time), but for the randomness of keys; a state
 * in which nothing is due comes back as it is.
 *
 * <p>A new CA is trusted first and signs thirty days later: the package's page says who has heard
 * of it by then. The old one stays trusted until it expires.
 *
 * <p>Replicas of different settings want different names, as in a rollout that changes them: each
 * adds its own to those that are there, so that they agree. A name that nobody wants any more
 * leaves with the next regular renewal.
 */
final class Renewal {
  static final Duration SETTLE = Duration.ofDays(30);

  /** More than replicas that run at once can want. */
  static final int MOST_NAMES = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

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

  /**
   * Makes what is not there. A CA that was taken out is the word to change it: the next one is
   * announced while the old one, if a replica still holds it, signs on; taken out again, it yields
   * to the next at once. Where nothing says whom clients trust, they trust whom this replica told
   * them to trust.
   *
   * @param held what this replica used until now
   */
  TlsState complete(TlsParts stored, Optional<TlsState> held, Instant now) {
    if (stored.equals(TlsParts.NONE) && held.isPresent()) {
      return advance(held.get(), now);
    }
    TlsParts found = held.map(state -> stored.orTrusting(state.trusted())).orElse(stored);
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
    return advance(new TlsState(trusted(found.trusted(), signer, next), signer, next, leaf), now);
  }

  /** Those that are new among the two, then those that were trusted. */
  private static List<X509Certificate> trusted(
      List<X509Certificate> before, KeyedCertificate signer, Optional<KeyedCertificate> next) {
    Stream<X509Certificate> fresh =
        Stream.concat(next.stream(), Stream.of(signer))
            .map(KeyedCertificate::certificate)
            .filter(ca -> !before.contains(ca));
    return Stream.concat(fresh, before.stream()).distinct().toList();
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
    Set<String> wanted = new LinkedHashSet<>(names);
    if (!leaf.due(now) && leaf.issuedBy(state.signer())) {
      List<String> covered = names(leaf.certificate());
      if (covered.containsAll(names)) {
        return state;
      }
      wanted.addAll(covered);
    }
    return new TlsState(
        state.trusted(),
        state.signer(),
        state.next(),
        authority.newLeaf(state.signer(), wanted.stream().limit(MOST_NAMES).toList(), now));
  }

  /** Those that {@link Authority#newLeaf} can give; others are nobody's here. */
  private static List<String> names(X509Certificate leaf) {
    try {
      Collection<List<?>> entries = leaf.getSubjectAlternativeNames();
      return entries == null ? List.of() : entries.stream().flatMap(Renewal::name).toList();
    } catch (CertificateParsingException e) {
      LOG.warn("the names of certificate {} cannot be read", leaf.getSerialNumber(), e);
      return List.of();
    }
  }

  private static Stream<String> name(List<?> entry) {
    boolean ours =
        entry.get(1) instanceof String name
            && (entry.getFirst().equals(GeneralName.dNSName)
                || entry.getFirst().equals(GeneralName.iPAddress) && !name.contains(":"));
    return ours ? Stream.of((String) entry.get(1)) : Stream.empty();
  }
}
