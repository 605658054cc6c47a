package io.tidegate.api;

import java.util.List;

/** What the status of every kind says. */
public interface GovernedStatus {
  /** The generation that the whole status speaks of. */
  Long observedGeneration();

  /** At most one of each type. */
  List<Condition> conditions();

  /** {@code 14/14}: sidecars that run this object as it is now, of those it governs. */
  String programmed();

  /** Sidecars that run this object as it is now. */
  Integer programmedSidecars();

  /** Running sidecars that this object governs. */
  Integer totalSidecars();
}
