package io.tidegate.operator.serve;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.operator.watch.InjectedPod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warning Events on pods, at most one for each pod and reason in ten minutes: a refused sidecar
 * tries again and again. Blocks on the API server.
 */
public final class PodWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(PodWarnings.class);
  private static final Duration SILENCE = Duration.ofMinutes(10);
  private static final int REMEMBERED = 10_000;

  /** The refused sidecar waits for its answer meanwhile. */
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(2);

  /** The API server refuses longer messages (core/v1 Event validation). */
  private static final int LONGEST_MESSAGE = 1_024;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final String replica;
  private final Map<Said, Instant> said = new LinkedHashMap<>();

  private record Said(String podUid, String reason) {}

  public PodWarnings(KubernetesClient client, InstantSource clock, String replica) {
    this.client = BoundedClient.of(client, LONGEST_WRITE);
    this.clock = clock;
    this.replica = replica;
  }

  /** A failure to write is logged: an Event is news, not a decision. */
  public void warn(InjectedPod pod, String reason, String message) {
    Instant now = clock.instant();
    if (!due(new Said(pod.uid(), reason), now)) {
      return;
    }
    LOG.warn("{}: {}", reason, message);
    try {
      client
          .v1()
          .events()
          .inNamespace(pod.namespace())
          .resource(event(pod, reason, message, now))
          .create();
    } catch (KubernetesClientException e) {
      LOG.warn(
          "The Event {} on pod {} could not be written: {}", reason, pod.key(), e.getMessage());
    }
  }

  private synchronized boolean due(Said what, Instant now) {
    Instant last = said.get(what);
    if (last != null && last.plus(SILENCE).isAfter(now)) {
      return false;
    }
    said.remove(what);
    said.put(what, now);
    if (said.size() > REMEMBERED) {
      said.remove(said.keySet().iterator().next());
    }
    return true;
  }

  private Event event(InjectedPod pod, String reason, String message, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String text =
        message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message;
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(pod.namespace())
        .withName(
            pod.view().name()
                + "."
                + reason.toLowerCase(java.util.Locale.ROOT)
                + "."
                + Long.toHexString(now.toEpochMilli()))
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion("v1")
        .withKind("Pod")
        .withNamespace(pod.namespace())
        .withName(pod.view().name())
        .withUid(pod.uid())
        .endInvolvedObject()
        .withType("Warning")
        .withReason(reason)
        .withMessage(text)
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withCount(1)
        .withNewSource("tidegate-operator", null)
        .withReportingComponent("tidegate.io/operator")
        .withReportingInstance(replica)
        .build();
  }
}
