package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.budget.Reservation;
import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.dialect.RequestEdits;
import io.tidegate.sidecar.policy.ServingProvider;
import io.tidegate.sidecar.route.PlannedTarget;
import io.vertx.core.MultiMap;

/**
 * The request of one attempt, made from the caller's own bytes and headers each time, so that
 * nothing of an earlier attempt, its credential least of all, can leak into the next. Pure.
 */
final class AttemptEncoder {
  private AttemptEncoder() {}

  /** The request with the input that will leave: the prompt's messages count. */
  static ChatRequest bounded(Outbound call, PlannedTarget target) {
    ChatRequest request = call.request();
    if (call.prompt() == null) {
      return request;
    }
    RequestEdits edits = edits(call, target, call.hidesUsage());
    long bound = edits.inputBoundTokens(request, edits.apply(request));
    return new ChatRequest(
        request.dialect(),
        request.body(),
        request.fields(),
        request.model(),
        request.stream(),
        request.usageAsked(),
        request.outputCap(),
        request.answers(),
        request.metadata(),
        bound,
        request.unbounded());
  }

  /**
   * @param credential null: the provider needs none
   * @param askUsage whether the provider is asked for usage that the caller must not see
   */
  static OutboundRequest encode(
      Outbound call,
      PlannedTarget target,
      Reservation reservation,
      String credential,
      boolean askUsage) {
    RequestEdits edits = edits(call, target, askUsage);
    long cap = reservation.budgets().isEmpty() ? call.wantedCap() : reservation.outputCap();
    if (cap >= 0 && call.operation().isInference()) {
      edits.capOutput(cap, target.provider().config().type());
    }
    MultiMap headers = HeaderPolicy.toProvider(call.arrival().headers(), askUsage);
    if (credential != null) {
      if (target.provider().config().dialect() == Dialect.Anthropic) {
        headers.set("x-api-key", credential);
      } else {
        headers.set("authorization", "Bearer " + credential);
      }
    }
    return new OutboundRequest(
        "POST",
        uri(target.provider(), call.operation(), call.arrival().query()),
        headers,
        edits.apply(call.request()));
  }

  private static RequestEdits edits(Outbound call, PlannedTarget target, boolean askUsage) {
    RequestEdits edits = new RequestEdits();
    if (target.model() != null) {
      edits.model(target.model().config().id());
    }
    if (askUsage) {
      edits.askUsage();
    }
    if (call.prompt() != null) {
      edits.prepend(call.prompt().rendered());
      // Counting tokens takes no sampling parameters.
      if (call.prompt().prompt().temperature() != null
          && call.operation().isInference()
          && !call.dropsTemperature()) {
        edits.temperature(call.prompt().prompt().temperature());
      }
    }
    return edits;
  }

  /** An Anthropic endpoint may or may not end in {@code /v1}; the query is the caller's. */
  static String uri(ServingProvider provider, Operation operation, String query) {
    String base = provider.basePath();
    String version = base.endsWith("/v1") ? "" : "/v1";
    String path =
        switch (operation) {
          case CHAT_COMPLETIONS -> base + "/chat/completions";
          case MESSAGES -> base + version + "/messages";
          case COUNT_TOKENS -> base + version + "/messages/count_tokens";
          case LIST_MODELS, GET_MODEL, UNKNOWN ->
              throw new IllegalArgumentException(operation + " goes to no provider");
        };
    return query == null ? path : path + '?' + query;
  }
}
