package io.tidegate.operator.tls;

import java.util.Optional;
import java.util.function.Supplier;

/** Several replicas write one object: whoever is slower reads it again and decides anew. */
final class WriteRounds {
  /** Replicas that start together lose at most one round each to every other. */
  private static final int MOST = 10;

  private WriteRounds() {}

  /**
   * Blocks.
   *
   * @param object is written, for the message
   * @param round reads, decides and writes; empty: another one wrote meanwhile
   * @throws CertificatesUnusable if that does not end
   */
  static <T> T settle(Object object, Supplier<Optional<T>> round) {
    for (int rounds = 0; rounds < MOST; rounds++) {
      Optional<T> settled = round.get();
      if (settled.isPresent()) {
        return settled.get();
      }
    }
    throw new CertificatesUnusable(
        object + " changes under every write; next: see who writes it", null);
  }
}
