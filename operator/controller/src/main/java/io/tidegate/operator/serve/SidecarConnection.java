package io.tidegate.operator.serve;

import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One sidecar's stream. It holds no queue: whenever there is room it asks what the pod is to have
 * now and writes what differs from what it wrote last, so a slow reader skips versions and never
 * sees one go back. Lives on its connection's event loop; {@link #refresh} may be called from
 * anywhere.
 */
final class SidecarConnection {
  /** A reader that takes nothing for so many pings is gone. */
  private static final int STALLED_PINGS = 3;

  private final InjectedPod pod;
  private final Context context;
  private final HttpServerResponse response;
  private final Supplier<Offer> offers;
  private final AtomicBoolean refreshing = new AtomicBoolean();

  private String sentVersion;
  private Map<String, String> sentCredentials = Map.of();
  private boolean credentialsSent;
  private boolean ended;
  private int pingsMissed;

  /**
   * @param heldVersion what the sidecar has already; null: nothing
   */
  SidecarConnection(
      InjectedPod pod,
      Context context,
      HttpServerResponse response,
      String heldVersion,
      Supplier<Offer> offers) {
    this.pod = pod;
    this.context = context;
    this.response = response;
    this.sentVersion = heldVersion;
    this.offers = offers;
  }

  InjectedPod pod() {
    return pod;
  }

  /** Begins the stream; on the event loop. */
  void open(String session) {
    response.drainHandler(_ -> write());
    response.write(FrameCodec.line(new StreamFrame.Hello(session)));
    write();
  }

  /** Something may have changed; any number of calls before the next turn are one. */
  void refresh() {
    if (refreshing.compareAndSet(false, true)) {
      context.runOnContext(
          _ -> {
            refreshing.set(false);
            write();
          });
    }
  }

  /** A sign of life, or the end of a reader that takes nothing; on the event loop. */
  void ping() {
    if (ended) {
      return;
    }
    if (!response.writeQueueFull()) {
      pingsMissed = 0;
      response.write(FrameCodec.line(new StreamFrame.Ping()));
    } else if (++pingsMissed >= STALLED_PINGS) {
      ended = true;
      response.reset();
    }
  }

  /** Says why and ends the stream; from anywhere. */
  void goodbye(String reason, long retryAfterMillis) {
    context.runOnContext(
        _ -> {
          if (!ended) {
            ended = true;
            response.end(FrameCodec.line(new StreamFrame.Goodbye(reason, retryAfterMillis)));
          }
        });
  }

  /** Takes the credentials back and ends the stream; from anywhere. */
  void withdraw(String reason, long retryAfterMillis) {
    context.runOnContext(
        _ -> {
          if (!ended) {
            ended = true;
            response.write(FrameCodec.line(new StreamFrame.Credentials(Map.of())));
            response.end(FrameCodec.line(new StreamFrame.Goodbye(reason, retryAfterMillis)));
          }
        });
  }

  /** The peer is gone; on the event loop. */
  void closed() {
    ended = true;
  }

  private void write() {
    if (ended || response.writeQueueFull()) {
      return;
    }
    Offer offer = offers.get();
    boolean moreCredentials = !sentCredentials.keySet().containsAll(offer.credentials().keySet());
    // A new provider's key goes before the configuration that needs it, an old one's after the
    // configuration that needed it.
    if (moreCredentials) {
      credentials(offer);
      configuration(offer);
    } else {
      configuration(offer);
      credentials(offer);
    }
  }

  private void configuration(Offer offer) {
    PublishedSnapshot snapshot = offer.snapshot();
    if (snapshot != null && !snapshot.version().equals(sentVersion)) {
      sentVersion = snapshot.version();
      response.write(snapshot.frame());
    }
  }

  /** The first frame goes out even if it is empty: a restarted sidecar may hold old ones. */
  private void credentials(Offer offer) {
    boolean known = offer.snapshot() != null;
    if (known && (!credentialsSent || !offer.credentials().equals(sentCredentials))) {
      credentialsSent = true;
      sentCredentials = offer.credentials();
      response.write(FrameCodec.line(new StreamFrame.Credentials(offer.credentials())));
    }
  }
}
