package io.tidegate.sidecar.listen;

import io.tidegate.sidecar.call.Arrival;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.relay.ClientAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/** What the listener hands its calls to. Everything happens on the listener's event loop. */
public interface CallHandler {
  /**
   * A request's head is here; its body follows to what is returned.
   *
   * @param fault why the head cannot be taken at its word, which ends the call; null if it can
   */
  Inbound arrived(Arrival arrival, ClientAnswer client, Refusal fault);

  /**
   * No more calls will be let in; the open ones get this long.
   *
   * @return completes when none is left
   */
  Future<Void> drain(Duration atMost);

  /** One call that is coming in. Exactly one of body and refused is called, unless it is gone. */
  interface Inbound {
    /** Bound of the body after decoding; negative: the body is of no interest any more. */
    long maxBodyBytes();

    /** The whole body, content encoding removed; empty if the request had none. */
    void body(Buffer body);

    /** The request cannot be read. */
    void refused(Refusal refusal);

    /** The client went away; may come at any time, also after the end. */
    void clientGone();
  }
}
