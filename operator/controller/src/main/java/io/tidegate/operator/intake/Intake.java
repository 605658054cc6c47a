package io.tidegate.operator.intake;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * Reads bodies within bounds. Only bytes that came count, and only until what they ask for is done:
 * whoever announces much, or sends slowly, takes nobody's room. What is beyond a bound is answered
 * at once, and the rest of its body is passed over.
 */
public final class Intake {
  private final Bounds bounds;
  private final BiConsumer<RoutingContext, IntakeRefusal> refused;
  private final AtomicLong held = new AtomicLong();
  private final AtomicInteger atWork = new AtomicInteger();

  /**
   * @param mostBytes of one body
   * @param mostHeld bytes of all bodies that are read or worked on
   * @param mostAtWork bodies that were read and are worked on, or wait for that
   * @param longest a body may take to come
   */
  public record Bounds(int mostBytes, long mostHeld, int mostAtWork, Duration longest) {}

  /**
   * @param refused is told before the answer goes out
   */
  public Intake(Bounds bounds, BiConsumer<RoutingContext, IntakeRefusal> refused) {
    this.bounds = bounds;
    this.refused = refused;
  }

  /**
   * Takes every request's body in. To be called before anything has read of it.
   *
   * @param work completes once it needs the body no more; answers the request
   */
  public Handler<RoutingContext> handler(BiFunction<RoutingContext, Buffer, Future<?>> work) {
    return call -> new Reading(call, work).begin();
  }

  /** One request; on its event loop alone. */
  private final class Reading {
    private final RoutingContext call;
    private final BiFunction<RoutingContext, Buffer, Future<?>> work;
    private Buffer body = Buffer.buffer();
    private long timer;

    /** Nothing of the body is wanted any more. */
    private boolean over;

    Reading(RoutingContext call, BiFunction<RoutingContext, Buffer, Future<?>> work) {
      this.call = call;
      this.work = work;
    }

    void begin() {
      timer = call.vertx().setTimer(bounds.longest().toMillis(), _ -> late());
      call.request()
          .handler(this::chunk)
          .endHandler(_ -> end())
          .exceptionHandler(
              _ -> {
                call.vertx().cancelTimer(timer);
                drop();
              });
    }

    private void chunk(Buffer chunk) {
      if (over) {
        return;
      }
      if (body.length() + chunk.length() > bounds.mostBytes()) {
        refuse(IntakeRefusal.TooLarge);
      } else if (held.addAndGet(chunk.length()) > bounds.mostHeld()) {
        held.addAndGet(-chunk.length());
        refuse(IntakeRefusal.Busy);
      } else {
        body.appendBuffer(chunk);
      }
    }

    private void end() {
      call.vertx().cancelTimer(timer);
      if (over) {
        return;
      }
      if (atWork.incrementAndGet() > bounds.mostAtWork()) {
        atWork.decrementAndGet();
        refuse(IntakeRefusal.Busy);
        return;
      }
      over = true;
      int length = body.length();
      worked()
          .onComplete(
              _ -> {
                held.addAndGet(-length);
                atWork.decrementAndGet();
              });
    }

    private Future<?> worked() {
      try {
        return work.apply(call, body);
      } catch (RuntimeException e) {
        call.fail(e);
        return Future.failedFuture(e);
      }
    }

    /** Whoever still sends would do so for ever. */
    private void late() {
      Future<Void> said = over ? Future.succeededFuture() : refuse(IntakeRefusal.TooSlow);
      said.onComplete(_ -> hangUp());
    }

    private void hangUp() {
      if (call.request().version() == HttpVersion.HTTP_2) {
        call.response().reset();
      } else {
        call.request().connection().close();
      }
    }

    private void drop() {
      if (!over) {
        over = true;
        held.addAndGet(-body.length());
        body = null;
      }
    }

    private Future<Void> refuse(IntakeRefusal why) {
      drop();
      refused.accept(call, why);
      HttpServerResponse response = call.response();
      if (response.ended() || response.closed()) {
        return Future.succeededFuture();
      }
      if (why == IntakeRefusal.Busy) {
        response.putHeader(HttpHeaders.RETRY_AFTER, "1");
      }
      return response.setStatusCode(why.status()).end(why.sentence() + "\n");
    }
  }
}
