package io.tidegate.sidecar.fetch;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream to the operator open for as long as the process lives: connect, read until it
 * ends, wait with jitter, connect again. On one event loop.
 */
public final class ConfigurationStream {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationStream.class);
  private static final long MAX_TOKEN_BYTES = 64 << 10;
  private static final int OK = 200;
  private static final int FORBIDDEN = 403;

  private final Vertx vertx;
  private final Context context;
  private final OperatorClient operator;
  private final Path tokenFile;
  private final PolicyHolder holder;
  private final ConfigurationAdopter adopter;
  private final FetchStatus status;
  private final StreamTiming timing;
  private final Supplier<Backoff> backoffs;
  private final Backoff backoff;
  private StreamSession session;
  private boolean closed;

  ConfigurationStream(
      Vertx vertx,
      Context context,
      OperatorClient operator,
      Path tokenFile,
      PolicyHolder holder,
      ConfigurationAdopter adopter,
      FetchStatus status,
      StreamTiming timing,
      Supplier<Backoff> backoffs) {
    this.vertx = vertx;
    this.context = context;
    this.operator = operator;
    this.tokenFile = tokenFile;
    this.holder = holder;
    this.adopter = adopter;
    this.status = status;
    this.timing = timing;
    this.backoffs = backoffs;
    this.backoff = backoffs.get();
  }

  void start() {
    context.runOnContext(go -> connect());
  }

  /** Null while there is no session. On the event loop. */
  String sessionId() {
    return session == null ? null : session.id();
  }

  void close() {
    context.runOnContext(
        go -> {
          closed = true;
          if (session != null) {
            session.end("the sidecar is closing", null);
          }
          status.entered(FetchStatus.Phase.OFF, "closed");
        });
  }

  private void connect() {
    if (closed) {
      return;
    }
    status.entered(FetchStatus.Phase.CONNECTING, "");
    long began = System.nanoTime();
    context
        .executeBlocking(this::token)
        .compose(token -> operator.openStream(token, heldVersion()))
        .compose(this::converse)
        .onSuccess(end -> again(end, Duration.ofNanos(System.nanoTime() - began)))
        .onFailure(failure -> again(new StreamSession.End(sentence(failure), null), Duration.ZERO));
  }

  private String token() throws IOException {
    byte[] content = AtomicFile.readIfPresent(tokenFile, MAX_TOKEN_BYTES);
    String token = content == null ? "" : new String(content, StandardCharsets.US_ASCII).strip();
    // A line break inside would be a second header; the text stays out of the message.
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IOException(tokenFile + " has no token");
    }
    return token;
  }

  private String heldVersion() {
    var policy = holder.current();
    return policy == null ? null : policy.version();
  }

  private Future<StreamSession.End> converse(HttpClientRequest request) {
    return request
        .send()
        .timeout(timing.silence().toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(failure -> request.connection().close())
        .compose(response -> run(request, response));
  }

  private Future<StreamSession.End> run(HttpClientRequest request, HttpClientResponse response) {
    if (response.statusCode() != OK) {
      return refusal(request, response);
    }
    status.entered(FetchStatus.Phase.CONNECTED, "");
    session =
        new StreamSession(
            vertx,
            request,
            adopter,
            new Acknowledger(vertx, operator, status, backoffs.get()),
            status,
            timing.silence());
    return session.run(response);
  }

  /** With the sentence that the operator answers, which a person needs. */
  private Future<StreamSession.End> refusal(
      HttpClientRequest request, HttpClientResponse response) {
    Duration asked = retryAfter(response);
    return text(response)
        .andThen(done -> request.connection().close())
        .compose(text -> refused(response.statusCode(), text))
        .map(why -> new StreamSession.End(why, asked));
  }

  /** Empty if it is too long to read. */
  private Future<String> text(HttpClientResponse response) {
    String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && length.matches("\\d{1,4}")) {
      return response
          .body()
          .timeout(timing.connect().toMillis(), TimeUnit.MILLISECONDS)
          .map(body -> body.toString(StandardCharsets.UTF_8))
          .otherwise("");
    }
    response.exceptionHandler(closed -> LOG.debug("the refused stream is closed", closed));
    return Future.succeededFuture("");
  }

  /**
   * Only 403 is about the pod, as the API server has it. Everything else may pass: a token that
   * expired (401), an API server that does not say (503).
   */
  private Future<String> refused(int status, String text) {
    String answered = "the operator answered " + status + (text.isEmpty() ? "" : ": " + text);
    OperatorRefusal refusal = OperatorRefusal.read(text);
    return status == FORBIDDEN && !refusal.keepsCredentials()
        ? adopter
            .withdrawCredentials(refusal.message().isEmpty() ? answered : refusal.message())
            .map(answered)
        : Future.succeededFuture(answered);
  }

  /** Null if the operator did not say, or not in seconds (RFC 9110, 10.2.3). */
  private static Duration retryAfter(HttpClientResponse response) {
    String seconds = response.getHeader("retry-after");
    return seconds != null && seconds.matches("\\d{1,6}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : null;
  }

  private void again(StreamSession.End end, Duration lasted) {
    session = null;
    if (closed) {
      return;
    }
    if (lasted.compareTo(timing.stable()) >= 0) {
      backoff.succeeded();
    }
    Duration wait = end.asked() == null ? backoff.next() : backoff.asked(end.asked());
    status.entered(
        FetchStatus.Phase.WAITING, end.why() + "; next try in " + wait.toMillis() + " ms");
    vertx.setTimer(wait.toMillis(), timer -> context.runOnContext(go -> connect()));
  }

  private static String sentence(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause == failure ? failure.toString() : failure + " (" + cause.getMessage() + ")";
  }
}
