package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.ServingProvider;
import io.tidegate.sidecar.policy.ServingProvider.ServingModel;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The models a caller may name, answered here: what the routes take, not what a provider has. The
 * time of creation is the same for all, because it says nothing here and a client must not see it
 * change.
 */
public sealed interface ModelsAnswer {
  /** 2026-01-01T00:00:00Z. */
  long CREATED = 1_767_225_600L;

  /** The same for Anthropic. */
  String CREATED_AT = "2026-01-01T00:00:00Z";

  /** 200 with this JSON. */
  record Found(Buffer body) implements ModelsAnswer {}

  record Missing(Refusal refusal) implements ModelsAnswer {}

  static ModelsAnswer list(Policy policy, Dialect dialect) {
    List<String> items = new ArrayList<>();
    Set<String> names = names(policy, dialect);
    for (String name : names) {
      items.add(item(dialect, name));
    }
    String data = "\"data\":[" + String.join(",", items) + "]";
    if (dialect == Dialect.OpenAI) {
      return new Found(Buffer.buffer("{\"object\":\"list\"," + data + "}"));
    }
    List<String> order = List.copyOf(names);
    return new Found(
        Buffer.buffer(
            "{"
                + data
                + ",\"has_more\":false,\"first_id\":"
                + JsonText.quote(order.isEmpty() ? null : order.getFirst())
                + ",\"last_id\":"
                + JsonText.quote(order.isEmpty() ? null : order.getLast())
                + "}"));
  }

  static ModelsAnswer get(Policy policy, Dialect dialect, String model) {
    Set<String> names = names(policy, dialect);
    if (names.contains(model)) {
      return new Found(Buffer.buffer(item(dialect, model)));
    }
    return new Missing(
        Refusal.of(
            Reason.MODEL_NOT_FOUND,
            "No ModelRoute of this workload takes the model '"
                + (model.length() <= 200 ? model : model.substring(0, 200) + "...")
                + "'. It may call: "
                + (names.isEmpty() ? "none" : String.join(", ", names))
                + ". Ask for one of these, or add the name to a route's spec.models."));
  }

  /** In the order of the routes. */
  private static Set<String> names(Policy policy, Dialect dialect) {
    Set<String> names = new LinkedHashSet<>();
    for (Route route : policy.routes()) {
      for (Route.Rule rule : route.rules()) {
        Collection<String> served = served(policy, dialect, rule);
        if (!served.isEmpty()) {
          names.addAll(
              !route.models().isEmpty()
                  ? route.models()
                  : !rule.match().models().isEmpty() ? rule.match().models() : served);
        }
      }
    }
    for (ObjectRef ref : policy.profile().unmatched().providers()) {
      ServingProvider provider = policy.provider(ref);
      if (provider.config().dialect() == dialect) {
        for (ServingModel model : provider.models()) {
          names.add(model.config().name());
        }
      }
    }
    return names;
  }

  private static Collection<String> served(Policy policy, Dialect dialect, Route.Rule rule) {
    List<String> served = new ArrayList<>();
    for (Route.Target target : rule.targets()) {
      if (policy.provider(target.provider()).config().dialect() == dialect) {
        served.add(target.model());
      }
    }
    return served;
  }

  private static String item(Dialect dialect, String name) {
    String id = JsonText.quote(name);
    return dialect == Dialect.OpenAI
        ? "{\"id\":"
            + id
            + ",\"object\":\"model\",\"created\":"
            + CREATED
            + ",\"owned_by\":"
            + "\"tidegate\"}"
        : "{\"type\":\"model\",\"id\":"
            + id
            + ",\"display_name\":"
            + id
            + ",\"created_at\":\""
            + CREATED_AT
            + "\"}";
  }
}
