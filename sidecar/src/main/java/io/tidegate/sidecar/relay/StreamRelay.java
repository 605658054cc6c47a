package io.tidegate.sidecar.relay;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Stage;
import io.tidegate.sidecar.call.Timeline;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.dialect.AnswerReader;
import io.tidegate.sidecar.dialect.GzipTap;
import io.tidegate.sidecar.dialect.RefusalRenderer;
import io.tidegate.sidecar.policy.Usage;
import io.tidegate.sidecar.upstream.Attempt;
import io.tidegate.sidecar.upstream.Exchange;
import io.tidegate.sidecar.upstream.HeaderPolicy;
import io.tidegate.sidecar.upstream.Outbound;
import io.tidegate.sidecar.upstream.UpstreamRefusal;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Brings one attempt's answer to the client as it comes. The head goes at once; a slow client slows
 * the provider down, so that what is held stays within one write queue; the bytes of a stream pass
 * in whole events, so that an error can follow them. The attempt is settled as soon as its last
 * byte is read.
 */
public final class StreamRelay implements Exchange.Listener {
  private static final Buffer NOTHING = Buffer.buffer();
  private static final String NO_TEMPERATURE =
      "the prompt version's temperature was left out: this anthropic-version takes none";

  /** Told exactly once, unless the relay is abandoned before. */
  @FunctionalInterface
  public interface Finished {
    /**
     * @param fault null if the answer reached the client whole
     */
    void relayed(Outcome outcome, Refusal fault);
  }

  private final Attempt attempt;
  private final Exchange.Head head;
  private final ClientAnswer client;
  private final Dialect dialect;
  private final Timeline timeline;
  private final Finished finished;
  private final AnswerReader reader;
  private final GzipTap tap;
  private final boolean framed;
  private final boolean dropsTemperature;
  private final long length;
  private long received;
  private boolean over;
  private boolean whole;

  public StreamRelay(
      Outbound call, Attempt attempt, Exchange.Head head, ClientAnswer client, Finished finished) {
    this.attempt = attempt;
    this.head = head;
    this.client = client;
    this.dialect = call.operation().dialect();
    this.timeline = call.timeline();
    this.finished = finished;
    this.dropsTemperature = call.dropsTemperature();
    boolean events = head.isSuccess() && head.isEventStream();
    boolean edited = events && call.hidesUsage() && !head.isEncoded();
    boolean readable = head.isSuccess() && (!head.isEncoded() || head.isGzip());
    this.reader = readable ? AnswerReader.of(call.operation(), events, edited) : null;
    this.tap = reader != null && head.isGzip() ? new GzipTap(reader) : null;
    this.framed = events && !head.isEncoded();
    this.length = edited ? -1 : head.contentLength();
  }

  /**
   * Writes the head.
   *
   * @param ours headers that the sidecar adds
   */
  public void begin(MultiMap ours) {
    MultiMap headers = HeaderPolicy.toCaller(head.headers());
    headers.addAll(ours);
    if (dropsTemperature) {
      headers.set("x-tidegate-warning", NO_TEMPERATURE);
    }
    client.whenWritable(attempt.exchange()::resume);
    client.head(head.status(), headers, length);
    timeline.enter(Stage.RELAY);
  }

  @Override
  public void head(Exchange.Head second) {
    throw new IllegalStateException("an exchange has one head");
  }

  @Override
  public void bytes(Buffer bytes) {
    if (over) {
      return;
    }
    timeline.enterOnce(Stage.FIRST_TOKEN);
    received += bytes.length();
    Buffer out = follow(bytes);
    if (received == length) {
      complete(out);
      return;
    }
    client.write(out);
    if (client.isFull()) {
      attempt.exchange().pause();
    }
  }

  private Buffer follow(Buffer bytes) {
    if (reader == null) {
      return bytes;
    }
    if (tap != null) {
      tap.take(bytes);
      return bytes;
    }
    return reader.take(bytes);
  }

  @Override
  public void end() {
    if (!over) {
      complete(NOTHING);
    }
  }

  private void complete(Buffer last) {
    Buffer rest = reader == null || tap != null ? NOTHING : reader.finish();
    Buffer out =
        rest.length() == 0 ? last : last.length() == 0 ? rest : last.copy().appendBuffer(rest);
    over = true;
    whole = true;
    settle();
    client.end(
        out, written -> finished.relayed(written ? Outcome.COMPLETED : Outcome.CLIENT_GONE, null));
  }

  @Override
  public void failed(Exchange.Failure failure) {
    if (over) {
      return;
    }
    Outcome outcome = failure.what().isTimeout() ? Outcome.TIMED_OUT : Outcome.UPSTREAM_FAILED;
    Refusal fault = UpstreamRefusal.midway(attempt.target().provider(), failure);
    stop(fault);
    finished.relayed(outcome, fault);
  }

  /**
   * Ends an answer that has begun: a stream gets an error event in the client's dialect, anything
   * else breaks, so that nobody takes a torso for the whole.
   */
  public void stop(Refusal fault) {
    if (over) {
      return;
    }
    abandon();
    if (framed && length < 0) {
      client.end(RefusalRenderer.renderInStream(dialect, fault), whole -> {});
    } else {
      client.cut();
    }
  }

  /**
   * Nobody wants the rest: settles, and closes the line to the provider at once unless the answer
   * came whole; then the line is kept for the next call.
   */
  public void abandon() {
    over = true;
    settle();
    if (whole) {
      attempt.exchange().discard();
    } else {
      attempt.exchange().abort();
    }
  }

  private void settle() {
    attempt.over(usage(), reader != null && reader.complete());
    if (tap != null) {
      tap.close();
    }
  }

  /** As far as the provider has reported it; null if it has not. */
  public Usage usage() {
    return reader == null ? null : reader.usage();
  }
}
