package io.tidegate.operator.status;

import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.ResourceView;
import java.time.Instant;
import java.util.List;

/**
 * Everything that a projection reads.
 *
 * @param view what {@code compilation} was made from; its objects carry the status they have
 * @param acks at most one a pod; pods without one have said nothing yet
 * @param spends at most one a pod
 */
public record StatusInput(
    ResourceView view,
    Compilation compilation,
    Expectations expectations,
    List<AckView> acks,
    List<SpendView> spends,
    Instant now) {
  public StatusInput {
    acks = List.copyOf(acks);
    spends = List.copyOf(spends);
  }
}
