package io.tidegate.operator.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes Events beside the lines, never in their way: one thread, a bounded queue, and what does
 * not fit is dropped with a log line. The same message on the same object is one Event with a
 * count, so a Deployment of a thousand pods leaves one.
 */
public final class EventPublisher implements Events, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
  private static final int QUEUE = 256;

  /** The API server refuses longer ones (core/v1 Event validation). */
  private static final int MOST_MESSAGE = 1024;

  /** A name of 253 less a dot and the digest. */
  private static final int MOST_OWNER_NAME = 200;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final String replica;
  private final Silences silences = new Silences();
  private final ThreadPoolExecutor thread;

  /**
   * @param client gives up soon: others wait behind an Event that cannot be written
   * @param replica the reporting instance
   */
  public EventPublisher(KubernetesClient client, InstantSource clock, String replica) {
    this.client = client;
    this.clock = clock;
    this.replica = replica;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            Thread.ofPlatform().name("tidegate-events").daemon().factory(),
            (task, pool) -> LOG.warn("an event was dropped: {} wait already", QUEUE));
  }

  @Override
  public void publish(ObjectReference on, Reason reason, String message) {
    if (!silences.due(on, reason, clock.instant())) {
      return;
    }
    LOG.atLevel(reason.type() == Type.Warning ? Level.WARN : Level.INFO)
        .log(
            "{} on {} {}/{}: {}",
            reason.name(),
            on.getKind(),
            on.getNamespace(),
            on.getName(),
            message);
    thread.execute(() -> write(event(on, reason, message)));
  }

  private Event event(ObjectReference on, Reason reason, String message) {
    String text = message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) : message;
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(on.getNamespace())
        .withName(name(on, reason, text))
        .endMetadata()
        .withInvolvedObject(on)
        .withType(reason.type().name())
        .withReason(reason.name())
        .withMessage(text)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource("tidegate-operator", null)
        .withReportingComponent("tidegate.io/operator")
        .withReportingInstance(replica)
        .build();
  }

  private void write(Event event) {
    try {
      createOrCount(event);
    } catch (KubernetesClientException e) {
      LOG.warn(
          "cannot write event {} on {} {}/{}: {}",
          event.getReason(),
          event.getInvolvedObject().getKind(),
          event.getMetadata().getNamespace(),
          event.getInvolvedObject().getName(),
          e.getMessage());
    }
  }

  private void createOrCount(Event event) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      client
          .v1()
          .events()
          .inNamespace(event.getMetadata().getNamespace())
          .withName(event.getMetadata().getName())
          .edit(old -> counted(old, event.getLastTimestamp()));
    }
  }

  private static Event counted(Event old, String now) {
    int count = old.getCount() == null ? 1 : old.getCount();
    return new EventBuilder(old).withCount(count + 1).withLastTimestamp(now).build();
  }

  private static String name(ObjectReference on, Reason reason, String message) {
    String owner = on.getName();
    String base = owner.length() > MOST_OWNER_NAME ? owner.substring(0, MOST_OWNER_NAME) : owner;
    return base + "." + digest(on.getKind() + on.getUid() + reason.name() + message);
  }

  private static String digest(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Gives what waits a moment to be written. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
