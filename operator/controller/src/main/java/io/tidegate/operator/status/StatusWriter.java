package io.tidegate.operator.status;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.api.GovernedStatus;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces statuses that differ from what the API server has: conditions at once, numbers at most
 * once an interval for each object. A write carries the resourceVersion it is based on, and after a
 * conflict it is tried again on the newest object, a bounded number of times, and only while this
 * replica is the writer: whoever wrote in between may be the next one. Blocks; for one thread.
 */
public final class StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final int MOST_TRIES = 5;

  private final KubernetesClient client;
  private final Duration interval;
  private final LongSupplier nanoTime;
  private final BooleanSupplier leading;
  private final MeterRegistry meters;
  private final Map<String, Written> written = new HashMap<>();

  /**
   * The cache shows an own write a moment later; until it does, this is what there is.
   *
   * @param object as the API server answered
   * @param basedOn the resourceVersion that the cache had when this was written
   */
  private record Written(CustomResource<?, ?> object, String basedOn, long nanoTime) {}

  private enum Result {
    Written,
    Gone,
    Superseded,
    Conflict,
    /** Another replica writes by now. */
    Deposed,
    Failed
  }

  /**
   * @param object null unless written
   */
  private record Outcome(Result result, CustomResource<?, ?> object) {
    static Outcome without(Result result) {
      return new Outcome(result, null);
    }
  }

  /**
   * @param interval least time between two writes of an object whose conditions stay
   * @param leading whether this replica is the writer; asked before each write
   */
  public StatusWriter(
      KubernetesClient client,
      Duration interval,
      LongSupplier nanoTime,
      BooleanSupplier leading,
      MeterRegistry meters) {
    this.client = client;
    this.interval = interval;
    this.nanoTime = nanoTime;
    this.leading = leading;
    this.meters = meters;
  }

  /**
   * Writes what differs; an object that fails does not keep the others from theirs.
   *
   * @return whether something is still to be written, because its time has not come or it failed
   */
  public boolean write(Collection<DesiredStatus> desired) {
    boolean left = false;
    Set<String> present = new HashSet<>();
    for (DesiredStatus one : desired) {
      present.add(one.object().getMetadata().getUid());
      left |= !settled(one);
    }
    written.keySet().retainAll(present);
    return left;
  }

  /** Forgets what was written: somebody else may have written since. */
  public void forget() {
    written.clear();
  }

  /** The object with the status that this writer gave it, where the cache does not show it yet. */
  public CustomResource<?, ?> known(CustomResource<?, ?> cached) {
    Written own = written.get(cached.getMetadata().getUid());
    return own != null && own.basedOn().equals(cached.getMetadata().getResourceVersion())
        ? own.object()
        : cached;
  }

  private boolean settled(DesiredStatus desired) {
    CustomResource<?, ?> object = known(desired.object());
    GovernedStatus current = (GovernedStatus) object.getStatus();
    if (desired.status().equals(current)) {
      return true;
    }
    if (!urgent(current, desired.status()) && tooSoon(object)) {
      return false;
    }
    Outcome outcome = replace(object, desired.status());
    meters
        .counter("tidegate_operator_status_writes", "result", outcome.result().name())
        .increment();
    if (outcome.result() == Result.Written) {
      remember(desired.object(), outcome.object());
    }
    return outcome.result() != Result.Conflict && outcome.result() != Result.Failed;
  }

  /** While the cache shows no own write, the newest of them is based on what the cache has. */
  private void remember(CustomResource<?, ?> seen, CustomResource<?, ?> now) {
    String version = seen.getMetadata().getResourceVersion();
    Written before = written.get(seen.getMetadata().getUid());
    boolean ownWrite =
        before != null && version.equals(before.object().getMetadata().getResourceVersion());
    written.put(
        seen.getMetadata().getUid(),
        new Written(now, ownWrite ? before.basedOn() : version, nanoTime.getAsLong()));
  }

  private static boolean urgent(GovernedStatus current, GovernedStatus desired) {
    return current == null || !current.conditions().equals(desired.conditions());
  }

  private boolean tooSoon(CustomResource<?, ?> object) {
    Written own = written.get(object.getMetadata().getUid());
    return own != null && nanoTime.getAsLong() - own.nanoTime() < interval.toNanos();
  }

  private Outcome replace(CustomResource<?, ?> object, GovernedStatus status) {
    CustomResource<?, ?> base = object;
    try {
      for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
        if (!leading.getAsBoolean()) {
          return Outcome.without(Result.Deposed);
        }
        Optional<Outcome> outcome = attempt(base, status);
        if (outcome.isPresent()) {
          return outcome.get();
        }
        base = client.resource(base).get();
        if (base == null) {
          return Outcome.without(Result.Gone);
        }
        if (!base.getMetadata().getUid().equals(object.getMetadata().getUid())) {
          return Outcome.without(Result.Superseded);
        }
      }
      LOG.warn("The status of {} changed under {} writes in a row", name(base), MOST_TRIES);
      return Outcome.without(Result.Conflict);
    } catch (KubernetesClientException e) {
      LOG.warn(
          "The status of {} could not be written and will be tried again: {}",
          name(object),
          e.getMessage());
      return Outcome.without(Result.Failed);
    }
  }

  /** Empty after a conflict. */
  private Optional<Outcome> attempt(CustomResource<?, ?> base, GovernedStatus status) {
    try {
      CustomResource<?, ?> now = client.resource(with(base, status)).updateStatus();
      return Optional.of(new Outcome(Result.Written, now));
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_CONFLICT -> Optional.empty();
        case HttpURLConnection.HTTP_NOT_FOUND -> Optional.of(Outcome.without(Result.Gone));
        default -> throw e;
      };
    }
  }

  /**
   * A copy, because the object belongs to the cache; without what the API server keeps by itself.
   */
  @SuppressWarnings("unchecked")
  private static CustomResource<?, ?> with(CustomResource<?, ?> base, GovernedStatus status) {
    CustomResource<Object, Object> copy =
        (CustomResource<Object, Object>) Serialization.clone(base);
    copy.getMetadata().setManagedFields(List.of());
    copy.setStatus(status);
    return copy;
  }

  private static String name(CustomResource<?, ?> object) {
    return object.getKind()
        + " "
        + object.getMetadata().getNamespace()
        + "/"
        + object.getMetadata().getName();
  }
}
