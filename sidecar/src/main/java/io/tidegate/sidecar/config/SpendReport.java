package io.tidegate.sidecar.config;

import java.util.List;

/**
 * {@code POST /v1/spend}: what this sidecar's ledger holds, sent when it changed, at most every
 * second.
 *
 * @param session from {@link StreamFrame.Hello}
 */
public record SpendReport(String session, List<Window> windows) {
  public SpendReport {
    windows = List.copyOf(windows);
  }

  /**
   * @param budget the TenantBudget
   * @param limit the limit's name
   * @param unit what it counts; a limit that was edited to count something else begins anew
   * @param startEpochSecond when the window began; 0 for concurrency
   * @param spent settled, summed over the accounts of {@code per}: US dollars with decimals, or a
   *     whole number
   * @param reserved in flight, likewise
   */
  public record Window(
      ObjectRef budget,
      String limit,
      Budget.Unit unit,
      long startEpochSecond,
      String spent,
      String reserved) {}
}
