package io.tidegate.cli.up;

import io.tidegate.cli.local.LocalPod;
import io.tidegate.sidecar.config.TaskField;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call that a directory's routes let through, as a curl command.
 *
 * @param route such as {@code ModelRoute shop/chat, rule everyday}
 * @param namespace of the route
 * @param model what the caller asks for
 * @param target the model that serves it first
 * @param anthropic whether it speaks Messages, else Chat Completions
 * @param task what it states of itself
 * @param hasFallback whether its rule has one
 */
record SuggestedCall(
    String route,
    String namespace,
    String model,
    String target,
    boolean anthropic,
    Map<TaskField, String> task,
    boolean hasFallback) {

  /** The same call with more said of its task. */
  SuggestedCall stating(Map<TaskField, String> more) {
    Map<TaskField, String> all = new LinkedHashMap<>(task);
    all.putAll(more);
    return new SuggestedCall(route, namespace, model, target, anthropic, all, hasFallback);
  }

  /** To be pasted into a shell. */
  String curl(LocalPod pod) {
    StringBuilder command = new StringBuilder("curl -sS -w '\\n' ");
    command.append(
        anthropic
            ? pod.anthropicBaseUrl() + "/v1/messages"
            : pod.openaiBaseUrl() + "/chat/completions");
    command.append(" -H 'content-type: application/json'");
    task.forEach(
        (field, value) ->
            command
                .append(" \\\n      -H '")
                .append(field.header())
                .append(": ")
                .append(value)
                .append("'"));
    command.append(" \\\n      -d '{\"model\": \"").append(model).append("\", ");
    command.append(anthropic ? "\"max_tokens\": 100, " : "");
    return command
        .append("\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'")
        .toString();
  }
}
