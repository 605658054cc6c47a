package io.tidegate.operator.tls;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in issuer: replicas agree, by a Secret, on a CA and a certificate of their own. The CAs
 * are written down beside it, so that a replica that finds no Secret knows that there was one.
 */
final class SharedIssuer implements Supplier<Served> {
  private static final Logger LOG = LoggerFactory.getLogger(SharedIssuer.class);

  /** A replica that runs looks twice in this time. */
  static final Duration PATIENCE = CertificateIssuer.LOOK.multipliedBy(2);

  static final Duration STEP = Duration.ofSeconds(1);

  /** Somebody may delete or change what is written down; to see that costs a request. */
  static final int LOOKS_UNTIL_REPAIR = 10;

  private final TlsSecret secret;
  private final KnownAuthorities authorities;
  private final Renewal renewal;
  private final InstantSource clock;
  private final Consumer<Duration> pause;

  /** What was agreed last. */
  private Optional<TlsState> held = Optional.empty();

  private List<X509Certificate> writtenDown = List.of();

  /** Since the CAs that are written down were compared with ours. */
  private int looks;

  /**
   * @param pause passes the time that it is given
   */
  SharedIssuer(
      TlsSecret secret,
      KnownAuthorities authorities,
      Renewal renewal,
      InstantSource clock,
      Consumer<Duration> pause) {
    this.secret = secret;
    this.authorities = authorities;
    this.renewal = renewal;
    this.clock = clock;
    this.pause = pause;
  }

  /** What is in force now, renewed if that is due. Blocks. */
  @Override
  public synchronized Served get() {
    if (held.isEmpty()) {
      awaitWhoHoldsIt();
    }
    TlsState state = agree();
    held = Optional.of(state);
    writeDown(state.trusted());
    return new Served(List.of(state.leaf().certificate()), state.leaf().key(), state.trusted());
  }

  /**
   * Where there was a CA and it is gone, replicas that run write it back, which is better for all
   * who trust it than a new one. Bounded: there may be none.
   */
  private void awaitWhoHoldsIt() {
    if (parts().canSign()) {
      return;
    }
    if (known().isEmpty()) {
      LOG.info("{} holds no CA: the first one is made", secret);
      return;
    }
    LOG.warn(
        "{} holds no CA, though {} says that there was one: a replica that runs has {} s to write"
            + " it back",
        secret,
        authorities,
        PATIENCE.toSeconds());
    for (Duration left = PATIENCE; left.isPositive(); left = left.minus(STEP)) {
      pause.accept(STEP);
      if (parts().canSign()) {
        LOG.info("{} is written back", secret);
        return;
      }
    }
    LOG.warn(
        "Nobody wrote {} back: a new CA is made. Pods that were injected before run on under what"
            + " they have; their sidecars get no new configuration until their nodes have passed"
            + " the new ConfigMap {} on, which takes about two minutes; next: kubectl rollout"
            + " restart of the workloads whose sidecars are not connected then",
        secret,
        CaPublisher.CONFIG_MAP);
  }

  private TlsParts parts() {
    return secret.read().map(TlsSecret.Stored::parts).orElse(TlsParts.NONE);
  }

  private List<X509Certificate> known() {
    List<X509Certificate> trusted = parts().trusted();
    return trusted.isEmpty() ? authorities.read(clock.instant()) : trusted;
  }

  /** Reads, completes and writes until what is stored is what this replica computed or found. */
  private TlsState agree() {
    return WriteRounds.settle(secret, this::tryToAgree);
  }

  private Optional<TlsState> tryToAgree() {
    Optional<TlsSecret.Stored> stored = secret.read();
    TlsParts found = stored.map(TlsSecret.Stored::parts).orElse(TlsParts.NONE);
    TlsState wanted = wanted(found);
    if (TlsParts.of(wanted).equals(found)) {
      return Optional.of(wanted);
    }
    if (secret.write(wanted, stored.map(TlsSecret.Stored::resourceVersion).orElse(null))) {
      tell(found, wanted);
      return Optional.of(wanted);
    }
    return Optional.empty();
  }

  private TlsState wanted(TlsParts found) {
    Instant now = clock.instant();
    boolean unknown = held.isEmpty() && found.trusted().isEmpty();
    TlsParts known = unknown ? found.orTrusting(authorities.read(now)) : found;
    return renewal.complete(known, held, now);
  }

  private void tell(TlsParts found, TlsState written) {
    if (found.equals(TlsParts.NONE) && held.isPresent()) {
      LOG.warn("{} was gone and is written again, with the CA that it had", secret);
    }
    if (!found.next().equals(written.next()) && written.next().isPresent()) {
      LOG.info("CA {} is trusted from now on, and signs later", written.next().get());
    }
    if (!found.signer().equals(Optional.of(written.signer()))) {
      LOG.info("CA {} signs", written.signer());
    }
  }

  private void writeDown(List<X509Certificate> trusted) {
    looks++;
    if (trusted.equals(writtenDown) && looks < LOOKS_UNTIL_REPAIR) {
      return;
    }
    try {
      authorities.replace(trusted);
      writtenDown = trusted;
      looks = 0;
    } catch (KubernetesClientException | CertificatesUnusable e) {
      LOG.warn(
          "{} cannot be written, which is tried again in {} s: {}; without it a replica that finds"
              + " no {} makes another CA at once",
          authorities,
          CertificateIssuer.LOOK.toSeconds(),
          e.getMessage(),
          secret);
    }
  }
}
