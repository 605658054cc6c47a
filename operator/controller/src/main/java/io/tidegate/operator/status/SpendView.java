package io.tidegate.operator.status;

import io.tidegate.sidecar.config.SpendReport;
import java.util.List;

/**
 * What the ledger of one pod's sidecar reported last.
 *
 * @param windows as on the wire
 */
public record SpendView(String podUid, List<SpendReport.Window> windows) {
  public SpendView {
    windows = List.copyOf(windows);
  }
}
