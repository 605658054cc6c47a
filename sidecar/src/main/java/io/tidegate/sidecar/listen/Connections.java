package io.tidegate.sidecar.listen;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that have brought a request, with the calls that are open on each. One without a
 * call for too long is closed, and the one that rests longest makes room where there are too many;
 * one with a call is never closed from here, however silent its answer is. On one event loop.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** A client that calls at the moment of the end is answered, or told that it was not. */
  private static final long GRACE_SECONDS = 1;

  /**
   * @param most open at a time
   * @param rest without a call
   */
  record Bounds(int most, Duration rest) {}

  private final Bounds bounds;
  private final LongSupplier nanos;
  private final Map<HttpConnection, Place> open = new HashMap<>();

  /** Without a call; the longest rest first. */
  private final SequencedSet<Place> resting = new LinkedHashSet<>();

  /**
   * @param nanos a clock that only runs forward, such as {@link System#nanoTime}
   */
  Connections(Bounds bounds, LongSupplier nanos) {
    this.bounds = bounds;
    this.nanos = nanos;
  }

  /** One connection's place. */
  final class Place {
    private final HttpConnection connection;
    private int calls;
    private long restsSince;
    private boolean last;

    private Place(HttpConnection connection) {
      this.connection = connection;
    }

    /** No request that comes behind the one at hand is a call: its connection ends with it. */
    void last() {
      last = true;
    }

    boolean isOver() {
      return last;
    }

    /**
     * @return to be run when the call is over; only the first time counts
     */
    Runnable call() {
      if (calls++ == 0) {
        resting.remove(this);
      }
      return new Runnable() {
        private boolean over;

        @Override
        public void run() {
          if (!over) {
            over = true;
            ended();
          }
        }
      };
    }

    private void ended() {
      if (--calls == 0 && open.containsKey(connection)) {
        rest(this);
      }
    }
  }

  private void rest(Place place) {
    place.restsSince = nanos.getAsLong();
    resting.add(place);
  }

  /** Takes note of a connection, which HTTP/1 and HTTP/2 may show only with its first request. */
  Place of(HttpConnection connection) {
    Place known = open.get(connection);
    if (known != null) {
      return known;
    }
    Place place = new Place(connection);
    open.put(connection, place);
    rest(place);
    endSilenceBound(connection);
    connection.exceptionHandler(e -> LOG.debug("a connection failed", e));
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          resting.remove(place);
        });
    if (open.size() > bounds.most()) {
      makeRoom(place);
    }
    return place;
  }

  /**
   * The listener's bound on silence is for connections that bring no request, of which Vert.x tells
   * nobody. From the first request on the bound would cut silent answers, and calls count instead.
   */
  private static void endSilenceBound(HttpConnection connection) {
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class);
    }
  }

  private void makeRoom(Place newest) {
    Place longest = resting.getFirst();
    if (longest == newest) {
      newest.connection.close();
    } else {
      close(longest);
    }
  }

  /** Closes what has rested too long. */
  void sweep() {
    long now = nanos.getAsLong();
    ArrayDeque<Place> over = new ArrayDeque<>();
    Iterator<Place> longest = resting.iterator();
    while (longest.hasNext()) {
      Place place = longest.next();
      if (now - place.restsSince < bounds.rest().toNanos()) {
        break;
      }
      over.add(place);
    }
    over.forEach(this::close);
  }

  private void close(Place place) {
    resting.remove(place);
    place.connection.shutdown(GRACE_SECONDS, TimeUnit.SECONDS);
  }

  int count() {
    return open.size();
  }
}
