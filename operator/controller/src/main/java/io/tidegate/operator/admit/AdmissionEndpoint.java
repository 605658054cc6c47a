package io.tidegate.operator.admit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.operator.intake.Intake;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;

/**
 * {@code POST /admit/inject}. What cannot be answered at all (no AdmissionReview, too large a one,
 * too many at once) gets an error, upon which the webhook's failurePolicy decides.
 */
public final class AdmissionEndpoint {
  /** An API server takes objects up to 3 MiB, and a review may hold two. */
  static final int MOST_BYTES = 8 * 1024 * 1024;

  /**
   * Any pod may send reviews. An ordinary one has some 10 KiB and is done within milliseconds, so
   * this is room for hundreds of them at once.
   */
  private static final Intake.Bounds BOUNDS =
      new Intake.Bounds(MOST_BYTES, 2L * MOST_BYTES, 500, Duration.ofSeconds(5));

  /** A pod has one for each ten bytes or so; of nothing but brackets a body has millions. */
  private static final long MOST_TOKENS = 400_000;

  private static final JsonFactory BOUNDED =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
          .build();

  private static final int BAD_REQUEST = 400;

  private final ObjectMapper json = new ObjectMapper(BOUNDED);
  private final AdmissionReviewer reviewer;
  private final InjectionRecorder recorder;
  private final Intake intake;

  public AdmissionEndpoint(InjectionPolicy policy, PodMutator mutator, InjectionRecorder recorder) {
    this.recorder = recorder;
    this.intake = new Intake(BOUNDS, (_, why) -> recorder.unreadable(why.name(), why.sentence()));
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
    return intake.handler(this::review);
  }

  private Future<?> review(RoutingContext context, Buffer body) {
    return context
        .vertx()
        .executeBlocking(() -> answer(body.getBytes()), false)
        .onSuccess(
            answer -> context.response().putHeader("content-type", "application/json").end(answer))
        .onFailure(failure -> refuse(context, failure));
  }

  private Buffer answer(byte[] body) throws IOException {
    JsonNode review = json.readTree(body);
    JsonNode answer = recorder.timed(() -> reviewer.review(review));
    return Buffer.buffer(json.writeValueAsBytes(answer));
  }

  private void refuse(RoutingContext context, Throwable failure) {
    String message =
        failure instanceof JsonProcessingException malformed
            ? "the body is no JSON: " + malformed.getOriginalMessage()
            : failure.getMessage();
    recorder.unreadable("NoReview", message);
    if (!context.response().ended() && !context.response().closed()) {
      context.response().setStatusCode(BAD_REQUEST).end(message + "\n");
    }
  }
}
