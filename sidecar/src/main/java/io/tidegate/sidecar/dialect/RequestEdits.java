package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The declared edits of one attempt. They are spliced into the caller's bytes: everything else,
 * unknown fields, key order, number forms and white space included, leaves as it came. Mutable,
 * used by one call at a time.
 */
public final class RequestEdits {
  private static final String OLD_CAP = "max_tokens";
  private static final String NEW_CAP = "max_completion_tokens";

  private String model;
  private long cap = -1;
  private Provider.Type capFor;
  private boolean askUsage;
  private List<Prompt.Message> prompt = List.of();
  private String temperature;

  /** Writes the provider's own name of the model. */
  public RequestEdits model(String id) {
    this.model = id;
    return this;
  }

  /**
   * Bounds the output for each answer; a stricter cap of the caller stays. A caller's field is
   * lowered where it stands. Where none stands, OpenAI gets {@code max_completion_tokens} (its
   * reasoning models refuse the other), the others {@code max_tokens}. A compatible server always
   * gets {@code max_tokens}, because not every one obeys the newer name.
   */
  public RequestEdits capOutput(long tokens, Provider.Type type) {
    this.cap = cap < 0 ? tokens : Math.min(cap, tokens);
    this.capFor = type;
    return this;
  }

  /** Asks an OpenAI stream for its usage event; nothing elsewhere, where it would be refused. */
  public RequestEdits askUsage() {
    this.askUsage = true;
    return this;
  }

  /** Puts rendered messages in front of the caller's. */
  public RequestEdits prepend(List<Prompt.Message> rendered) {
    this.prompt = List.copyOf(rendered);
    return this;
  }

  /**
   * @param decimal a decimal string
   * @throws NumberFormatException if it is none
   */
  public RequestEdits temperature(String decimal) {
    this.temperature = new BigDecimal(decimal).toPlainString();
    return this;
  }

  /** The request's own buffer if nothing changes. */
  public Buffer apply(ChatRequest request) {
    Splices splices = new Splices(request);
    if (model != null && !model.equals(request.model())) {
      splices.set("model", JsonText.quote(model));
    }
    if (cap >= 0) {
      applyCap(splices);
    }
    if (askUsage && request.dialect() == Dialect.OpenAI && request.stream()) {
      applyUsage(request, splices);
    }
    if (temperature != null) {
      splices.set("temperature", temperature);
    }
    if (!prompt.isEmpty()) {
      applyPrompt(request, splices);
    }
    return splices.apply();
  }

  /** {@link ChatRequest#inputBoundTokens} of the request as {@link #apply} has made it. */
  public long inputBoundTokens(ChatRequest request, Buffer edited) {
    return request.inputBoundTokens()
        - request.body().length()
        + edited.length()
        + (long) prompt.size() * (InputBound.PER_MESSAGE + InputBound.PER_BLOCK);
  }

  private void applyCap(Splices splices) {
    boolean hasOld = splices.hasValue(OLD_CAP);
    boolean hasNew = capFor != Provider.Type.Anthropic && splices.hasValue(NEW_CAP);
    if (hasOld) {
      splices.lower(OLD_CAP, cap);
    }
    if (hasNew) {
      splices.lower(NEW_CAP, cap);
    }
    if (capFor == Provider.Type.OpenAI) {
      if (!hasOld && !hasNew) {
        splices.set(NEW_CAP, Long.toString(cap));
      }
    } else if (!hasOld) {
      splices.set(OLD_CAP, Long.toString(hasNew ? Math.min(cap, splices.number(NEW_CAP)) : cap));
    }
  }

  private static void applyUsage(ChatRequest request, Splices splices) {
    if (request.usageAsked()) {
      return;
    }
    if (!splices.hasValue("stream_options")) {
      splices.set("stream_options", "{\"include_usage\":true}");
    } else {
      splices.setInside("stream_options", "include_usage", "true");
    }
  }

  private void applyPrompt(ChatRequest request, Splices splices) {
    if (request.dialect() == Dialect.OpenAI) {
      splices.prependItems("messages", prompt.stream().map(RequestEdits::json).toList());
      return;
    }
    List<String> others = new ArrayList<>();
    List<String> system = new ArrayList<>();
    for (Prompt.Message message : prompt) {
      if (message.role() == Prompt.Role.system) {
        system.add(message.content());
      } else {
        others.add(json(message));
      }
    }
    splices.prependItems("messages", others);
    if (!system.isEmpty()) {
      prependSystem(splices, String.join("\n\n", system));
    }
  }

  private static void prependSystem(Splices splices, String text) {
    if (!splices.hasValue("system")) {
      splices.set("system", JsonText.quote(text));
    } else if (splices.firstByte("system") == '"') {
      boolean empty = splices.length("system") == 2;
      splices.insertBehindFirstByte("system", JsonText.escape(empty ? text : text + "\n\n"));
    } else {
      splices.prependItems(
          "system", List.of("{\"type\":\"text\",\"text\":" + JsonText.quote(text) + "}"));
    }
  }

  private static String json(Prompt.Message message) {
    return "{\"role\":\""
        + message.role().name()
        + "\",\"content\":"
        + JsonText.quote(message.content())
        + "}";
  }
}
