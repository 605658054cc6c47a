package io.tidegate.operator.reach;

import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch's WebSocket that pings (RFC 6455, 5.5.2) and ends with an error where nothing comes back.
 * It stands between the socket and its listener, for both of whom it is the other.
 *
 * <p>Unanswered pings are counted, not seconds: a process that was stopped for a while finds the
 * answers waiting. While the listener asks for no message none is read, pongs neither, and nothing
 * is counted.
 */
final class PingedSocket implements WebSocket, WebSocket.Listener {
  /** Ticks in a row without any sign of life. */
  static final int MOST_UNANSWERED = 3;

  private static final Logger LOG = LoggerFactory.getLogger(PingedSocket.class);

  private final Listener listener;
  private final WatchKey watch;
  private final WatchLiveness liveness;
  private final Pings pings;
  private final AtomicLong requested = new AtomicLong();
  private final AtomicBoolean heard = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile WebSocket socket;
  private volatile Future<?> ticks;

  /** On the pings' thread only. */
  private int unanswered;

  private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

  PingedSocket(Listener listener, WatchKey watch, WatchLiveness liveness, Pings pings) {
    this.listener = listener;
    this.watch = watch;
    this.liveness = liveness;
    this.pings = pings;
    liveness.wanted(watch);
  }

  @Override
  public void onOpen(WebSocket opened) {
    socket = opened;
    sign();
    ticks = pings.every(this::tick);
    listener.onOpen(this);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    delivered();
    return listener.onText(this, data, last);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    delivered();
    return listener.onBinary(this, data, last);
  }

  /** Took the place of a message, which stays requested. */
  @Override
  public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    sign();
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    sign();
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
    return end() ? listener.onClose(this, statusCode, reason) : null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    if (end()) {
      listener.onError(this, error);
    }
  }

  private void delivered() {
    requested.decrementAndGet();
    sign();
  }

  private void sign() {
    heard.set(true);
    liveness.sign(watch);
  }

  /** True for the first that ends it. */
  private boolean end() {
    boolean first = over.compareAndSet(false, true);
    Future<?> until = ticks;
    if (until != null) {
      until.cancel(false);
    }
    return first;
  }

  private void tick() {
    if (requested.get() <= 0) {
      return;
    }
    unanswered = heard.getAndSet(false) ? 0 : unanswered + 1;
    if (unanswered >= MOST_UNANSWERED) {
      dead();
    } else if (!socket.isOutputClosed() && sending.isDone()) {
      sending = socket.sendPing(ByteBuffer.allocate(0));
    }
  }

  private void dead() {
    if (end()) {
      LOG.warn(
          "The watch of {} gave no sign of life to {} pings and is opened anew. If this goes on,"
              + " look at the API server and at what lies between it and this pod",
          watch.plural(),
          MOST_UNANSWERED);
      socket.abort();
      listener.onError(
          this, new IOException("the watch of " + watch.plural() + " answers no ping"));
    }
  }

  @Override
  public void request(long n) {
    requested.addAndGet(n);
    socket.request(n);
  }

  @Override
  public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
    return socket.sendText(data, last).thenApply(_ -> this);
  }

  @Override
  public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
    return socket.sendBinary(data, last).thenApply(_ -> this);
  }

  @Override
  public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
    return socket.sendPing(message).thenApply(_ -> this);
  }

  @Override
  public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
    return socket.sendPong(message).thenApply(_ -> this);
  }

  @Override
  public CompletableFuture<WebSocket> sendClose(int statusCode, String reason) {
    return socket.sendClose(statusCode, reason).thenApply(_ -> this);
  }

  @Override
  public String getSubprotocol() {
    return socket.getSubprotocol();
  }

  @Override
  public boolean isOutputClosed() {
    return socket.isOutputClosed();
  }

  @Override
  public boolean isInputClosed() {
    return socket.isInputClosed();
  }

  @Override
  public void abort() {
    end();
    socket.abort();
  }
}
