package io.tidegate.sidecar.route;

import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.policy.Policy;
import java.util.List;
import java.util.Map;

/**
 * Policies of tests: providers {@code openai} (models cheap, strong), {@code vllm} (llama) and
 * {@code anthropic} (claude), a prompt, and the routes that a test gives.
 */
public final class Policies {
  public static final ObjectRef PROFILE = new ObjectRef("SidecarProfile", "support", "default");
  public static final ObjectRef PROMPT = new ObjectRef("PromptVersion", "support", "summary-v1");

  private Policies() {}

  public static ObjectRef provider(String name) {
    return new ObjectRef("ModelProvider", "support", name);
  }

  public static Route route(String name, List<String> models, Route.Rule... rules) {
    return new Route(new ObjectRef("ModelRoute", "support", name), models, List.of(rules));
  }

  public static Route.Rule rule(String name, Route.Match match, Route.Target... targets) {
    return new Route.Rule(
        name, match, List.of(targets), Route.Select.Ordered, null, null, null, null);
  }

  public static Route.Target target(String provider, String model, int weight) {
    return new Route.Target(provider(provider), model, weight);
  }

  public static Task task(Map<TaskField, String> values) {
    String[] all = new String[TaskField.values().length];
    values.forEach((field, value) -> all[field.ordinal()] = value);
    return new Task(all);
  }

  public static Policy denying(Route... routes) {
    return load(routes, Profile.Unmatched.Action.Deny, List.of(), List.of());
  }

  public static Policy passing(List<ObjectRef> providers, Route... routes) {
    return load(routes, Profile.Unmatched.Action.PassThrough, providers, List.of());
  }

  public static Policy with(Prompt prompt) {
    return load(new Route[0], Profile.Unmatched.Action.Deny, List.of(), List.of(prompt));
  }

  private static Policy load(
      Route[] routes,
      Profile.Unmatched.Action action,
      List<ObjectRef> unmatched,
      List<Prompt> prompts) {
    try {
      return Policy.load(
          SnapshotCodec.encode(
              new Snapshot(
                  Snapshot.SCHEMA_VERSION,
                  new Snapshot.Workload("support", "default", "desk"),
                  List.of(routes),
                  providers(),
                  List.of(),
                  prompts,
                  new Profile(
                      PROFILE,
                      List.of(),
                      new Profile.Unmatched(action, unmatched),
                      new Profile.RequestLimits(1 << 20, 64)),
                  List.of())));
    } catch (SnapshotRefused e) {
      throw new AssertionError(e);
    }
  }

  private static List<Provider> providers() {
    return List.of(
        provider("openai", Provider.Type.OpenAI, model("cheap"), model("strong")),
        provider("vllm", Provider.Type.OpenAICompatible, model("llama")),
        provider("anthropic", Provider.Type.Anthropic, model("claude")));
  }

  private static Provider provider(String name, Provider.Type type, Provider.Model... models) {
    return new Provider(
        provider(name),
        type,
        "https://" + name + ".test/v1",
        "support/" + name,
        null,
        new Provider.Timeouts(1, 1, 1, 1),
        List.of(models));
  }

  private static Provider.Model model(String name) {
    return new Provider.Model(
        name, name + "-id", null, null, new Provider.Price("1", "2", null, null, null));
  }
}
