package io.tidegate.sidecar;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * A provider that writes what no HTTP server of a library would. A request is whole when its JSON
 * is: the calls of tests end in a brace and arrive in one piece or two.
 */
final class RawEnd implements AutoCloseable {
  final List<String> seen = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  /** Every byte that came, of all connections. */
  final Wire wire = new Wire();

  private final NetServer server;

  private RawEnd(NetServer server) {
    this.server = server;
  }

  /**
   * @param answer told the request's number, from 1, and its connection
   */
  static RawEnd start(Vertx vertx, BiConsumer<Integer, NetSocket> answer) throws Exception {
    NetServer server = vertx.createNetServer();
    RawEnd end = new RawEnd(server);
    server.connectHandler(
        socket -> {
          end.connections.incrementAndGet();
          StringBuilder got = new StringBuilder();
          socket.handler(
              bytes -> {
                String part = bytes.toString(StandardCharsets.ISO_8859_1);
                end.wire.append(part);
                got.append(part);
                String text = got.toString();
                if (text.contains("\r\n\r\n") && text.endsWith("}")) {
                  end.seen.add(text);
                  got.setLength(0);
                  answer.accept(end.seen.size(), socket);
                }
              });
        });
    CallRig.await(server.listen(0, "127.0.0.1"));
    return end;
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort() + "/v1";
  }

  @Override
  public void close() throws Exception {
    CallRig.await(server.close());
  }

  /** Text that one thread writes and another reads. */
  static final class Wire {
    private final StringBuilder text = new StringBuilder();

    private synchronized void append(String part) {
      text.append(part);
    }

    synchronized void setLength(int length) {
      text.setLength(length);
    }

    @Override
    public synchronized String toString() {
      return text.toString();
    }
  }
}
