package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.ObjectRef;

/**
 * What a ledger notices and must not keep to itself. Called on the event loop, journal faults also
 * on the disk's thread; never blocks.
 */
public interface LedgerEvents {
  /** For callers that count nothing. */
  LedgerEvents NONE =
      new LedgerEvents() {
        @Override
        public void breached(ObjectRef budget, String limit) {}

        @Override
        public void settledTwice(long reservationId) {}

        @Override
        public void journalFault(String what) {}
      };

  /** An attempt cost more than its proven upper bound; it was charged in full. */
  void breached(ObjectRef budget, String limit);

  /** A reservation that was not open was settled; nothing changed. A fault of this program. */
  void settledTwice(long reservationId);

  /**
   * The journal lost, refused or could not write something.
   *
   * @param what a sentence for a person
   */
  void journalFault(String what);
}
