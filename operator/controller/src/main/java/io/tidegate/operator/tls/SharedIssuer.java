package io.tidegate.operator.tls;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The built-in issuer: replicas agree, by a Secret, on a CA and a certificate of their own. */
final class SharedIssuer implements Supplier<Served> {
  /** Replicas that start together lose at most one round each to every other. */
  private static final int MOST_CONFLICTS = 10;

  private final TlsSecret secret;
  private final Renewal renewal;
  private final InstantSource clock;

  /** What was agreed last; null at first. */
  private TlsState held;

  SharedIssuer(TlsSecret secret, Renewal renewal, InstantSource clock) {
    this.secret = secret;
    this.renewal = renewal;
    this.clock = clock;
  }

  /** What is in force now, renewed if that is due. Blocks. */
  @Override
  public synchronized Served get() {
    TlsState state = agree();
    held = state;
    return new Served(List.of(state.leaf().certificate()), state.leaf().key(), state.trusted());
  }

  /** A Secret that somebody deleted is written again: all who call us trust the CA in it. */
  private TlsState wanted(TlsState found, Instant now) {
    TlsState known = found == null ? held : found;
    return known == null ? renewal.first(now) : renewal.advance(known, now);
  }

  /** Reads, advances and writes until what is stored is what this replica computed or found. */
  private TlsState agree() {
    for (int round = 0; round < MOST_CONFLICTS; round++) {
      Optional<TlsSecret.Stored> stored = secret.read();
      TlsState found = stored.map(TlsSecret.Stored::state).orElse(null);
      Instant now = clock.instant();
      TlsState wanted = wanted(found, now);
      if (wanted.equals(found)) {
        return found;
      }
      if (secret.write(wanted, stored.map(TlsSecret.Stored::resourceVersion).orElse(null))) {
        return wanted;
      }
    }
    throw new CertificatesUnusable(
        "Secret " + TlsSecret.NAME + " changes under every write; next: see who writes it", null);
  }
}
