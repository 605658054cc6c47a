package io.tidegate.operator.admit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;

/**
 * {@code POST /admit/inject}. Reads at most {@value #MOST_BYTES} bytes; needs no BodyHandler before
 * it, and works behind one. What cannot be answered at all (no AdmissionReview) gets a 4xx, upon
 * which the webhook's failurePolicy Ignore admits the pod.
 */
public final class AdmissionEndpoint {
  /** An API server takes objects up to 3 MiB, and a review may hold two. */
  static final int MOST_BYTES = 8 * 1024 * 1024;

  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;

  private final ObjectMapper json = new ObjectMapper();
  private final AdmissionReviewer reviewer;
  private final InjectionRecorder recorder;

  public AdmissionEndpoint(InjectionPolicy policy, PodMutator mutator, InjectionRecorder recorder) {
    this.recorder = recorder;
    this.reviewer = new AdmissionReviewer(json, policy, mutator, recorder);
  }

  /** Makes the first review as quick as the next; blocks for that long. */
  public void rehearse() {
    try {
      reviewer.rehearse();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the pod of the rehearsal is no pod", e);
    }
  }

  public Handler<RoutingContext> handler() {
    return context ->
        body(context)
            .compose(
                bytes -> context.vertx().executeBlocking(() -> answer(bytes.getBytes()), false))
            .onSuccess(
                answer ->
                    context.response().putHeader("content-type", "application/json").end(answer))
            .onFailure(failure -> refuse(context, failure));
  }

  private Buffer answer(byte[] body) throws IOException {
    JsonNode review = json.readTree(body);
    JsonNode answer = recorder.timed(() -> reviewer.review(review));
    return Buffer.buffer(json.writeValueAsBytes(answer));
  }

  private void refuse(RoutingContext context, Throwable failure) {
    boolean tooLarge = failure instanceof TooLarge;
    String message =
        failure instanceof JsonProcessingException malformed
            ? "the body is no JSON: " + malformed.getOriginalMessage()
            : failure.getMessage();
    recorder.unreadable(tooLarge ? "TooLarge" : "NoReview", message);
    if (!context.response().ended() && !context.response().closed()) {
      context.response().setStatusCode(tooLarge ? TOO_LARGE : BAD_REQUEST).end(message + "\n");
    }
  }

  private static Future<Buffer> body(RoutingContext context) {
    if (context.body() != null && context.body().available()) {
      Buffer read = context.body().buffer();
      return read.length() > MOST_BYTES ? Future.failedFuture(new TooLarge()) : done(read);
    }
    return read(context.request());
  }

  private static Future<Buffer> done(Buffer buffer) {
    return Future.succeededFuture(buffer);
  }

  private static Future<Buffer> read(HttpServerRequest request) {
    Promise<Buffer> whole = Promise.promise();
    Buffer held = Buffer.buffer();
    request.handler(
        chunk -> {
          if (held.length() + chunk.length() > MOST_BYTES) {
            whole.tryFail(new TooLarge());
          } else {
            held.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> whole.tryComplete(held));
    request.exceptionHandler(whole::tryFail);
    return whole.future();
  }

  /** Without a stack: it says all in its message. */
  private static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("the review is longer than " + MOST_BYTES + " bytes", null, false, false);
    }
  }
}
