package io.tidegate.provider;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Plays the events of one stream: at the script's pace, no faster than the client reads, and only
 * as far as the script lets it come.
 */
final class StreamReply {
  /** Where a stream that fails does so: after this many frames that deliver output. */
  private static final int DELIVERED_BEFORE_FAILURE = 3;

  private static final int HUGE = 1024 * 1024;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Stats stats;
  private final Answer answer;
  private final Script script;
  private final SplitWriter split;
  private final ByteArrayOutputStream zipped = new ByteArrayOutputStream();
  private final GZIPOutputStream zip;
  private List<Dialect.Frame> frames = List.of();
  private Dialect.Frame errorFrame;
  private int next;
  private int delivered;
  private boolean over;

  StreamReply(
      Vertx vertx,
      HttpServerRequest request,
      Stats stats,
      Answer answer,
      Script script,
      boolean zipped) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.stats = stats;
    this.answer = answer;
    this.script = script;
    this.split = new SplitWriter(response);
    this.zip = zipped ? open(this.zipped) : null;
  }

  void play(List<Dialect.Frame> events, Dialect.Frame error) {
    frames = events;
    errorFrame = error;
    stats.streamOpened();
    stats.billInput(answer);
    response.closeHandler(closed -> finish(true));
    response.exceptionHandler(broken -> finish(true));
    step();
  }

  private void step() {
    if (over) {
      return;
    }
    if (delivered >= DELIVERED_BEFORE_FAILURE && failsHere()) {
      return;
    }
    if (next == frames.size()) {
      finish(false);
      end();
      return;
    }
    Dialect.Frame frame = frames.get(next++);
    stats.billOutput(answer, frame.tokens());
    delivered += frame.tokens();
    send(frame, this::pace);
  }

  private boolean failsHere() {
    if (script.has(Behaviour.HANG_MIDSTREAM)) {
      return true;
    }
    if (script.has(Behaviour.RESET_MIDSTREAM)) {
      finish(false);
      request.connection().close();
      return true;
    }
    if (script.has(Behaviour.ERROR_MIDSTREAM)) {
      finish(false);
      send(errorFrame, this::end);
      return true;
    }
    return false;
  }

  private void pace() {
    if (script.delayMillis() > 0) {
      vertx.setTimer(script.delayMillis(), timer -> step());
    } else if (response.writeQueueFull() && !over) {
      response.drainHandler(drained -> step());
    } else {
      vertx.runOnContext(later -> step());
    }
  }

  private void send(Dialect.Frame frame, Runnable then) {
    byte[] bytes = padded(frame.text()).getBytes(StandardCharsets.UTF_8);
    byte[] wire = zip == null ? bytes : deflate(bytes);
    if (script.has(Behaviour.SPLIT)) {
      split.write(wire, then);
    } else {
      response.write(Buffer.buffer(wire));
      then.run();
    }
  }

  /** An unknown field of a megabyte in the first event that delivers output. */
  private String padded(String text) {
    boolean here = script.has(Behaviour.HUGE) && delivered == 1;
    int brace = text.lastIndexOf('}');
    return here && brace > 0
        ? text.substring(0, brace)
            + ",\"sample_padding\":\""
            + "x".repeat(HUGE)
            + "\""
            + text.substring(brace)
        : text;
  }

  private void end() {
    if (zip == null) {
      response.end();
      return;
    }
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    response.end(Buffer.buffer(zipped.toByteArray()));
  }

  private byte[] deflate(byte[] bytes) {
    try {
      zip.write(bytes);
      zip.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    byte[] deflated = zipped.toByteArray();
    zipped.reset();
    return deflated;
  }

  private static GZIPOutputStream open(ByteArrayOutputStream target) {
    try {
      return new GZIPOutputStream(target, true);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  private void finish(boolean cutByClient) {
    if (!over) {
      over = true;
      stats.streamEnded(cutByClient);
    }
  }
}
