package io.tidegate.e2e.operator;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to a server that can go bad without either end being told: bytes stop, and no connection
 * is closed. Whoever waits must notice by himself.
 */
final class FaultyWire implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetClient out = vertx.createNetClient();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final URI target;
  private final NetServer server;
  private volatile boolean stalled;

  /** One connection from end to end. */
  private record Link(NetSocket front, NetSocket back) {
    void hold() {
      front.pause();
      back.pause();
    }

    void release() {
      front.resume();
      back.resume();
    }
  }

  FaultyWire(String target) {
    this.target = URI.create(target);
    this.server =
        vertx.createNetServer().connectHandler(this::connected).listen(0, "127.0.0.1").await();
  }

  /** The target's URL by this way. */
  String url() {
    return target.getScheme() + "://127.0.0.1:" + server.actualPort();
  }

  /** Every connection there is carries nothing any more, for good; later ones work. */
  void loseConnections() {
    links.forEach(Link::hold);
    links.clear();
  }

  /** Nothing goes through, on any connection, until {@link #heal}; then what waited comes. */
  void stall() {
    stalled = true;
    links.forEach(Link::hold);
  }

  void heal() {
    stalled = false;
    links.forEach(Link::release);
  }

  private void connected(NetSocket front) {
    front.pause();
    out.connect(target.getPort(), target.getHost())
        .onFailure(_ -> front.close())
        .onSuccess(back -> join(new Link(front, back)));
  }

  private void join(Link link) {
    links.add(link);
    pass(link.front(), link.back(), link);
    pass(link.back(), link.front(), link);
    if (stalled) {
      link.hold();
    } else {
      link.release();
    }
  }

  private void pass(NetSocket from, NetSocket to, Link link) {
    from.handler(to::write);
    from.closeHandler(
        _ -> {
          if (links.remove(link)) {
            to.close();
          }
        });
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
