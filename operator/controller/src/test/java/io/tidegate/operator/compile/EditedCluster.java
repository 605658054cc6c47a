package io.tidegate.operator.compile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A small cluster that is edited step by step, as caches see it: what was not edited stays the same
 * instance. It has a place for everything that a compilation reads, and good and bad contents for
 * each.
 */
final class EditedCluster {
  private static final String RULE = "rules: [{name: all, targets: [{provider: %s, model: m}]}]";
  private static final String OPEN = "type: OpenAICompatible, endpoint: 'https://p.example/v1'";

  private static final List<String> PROVIDERS =
      List.of(
          "{" + OPEN + ", models: [{name: m}]}",
          "{" + OPEN + ", models: [{name: m, maxOutputTokens: 9}], allowedNamespaces: {from: All}}",
          "{"
              + OPEN
              + ", models: [{name: m}], allowedNamespaces: {from: Selector, selector:"
              + " {matchLabels: {tier: gold}}}}",
          "{type: OpenAICompatible, endpoint: 'http://[:::', models: [{name: m}],"
              + " allowedNamespaces: {from: All}}",
          "{type: Anthropic, credentials: {apiKey: {secretRef: {name: key}}}, models: [{name: m}]}",
          "{" + OPEN + ", models: [{name: m}], tls: {caBundle: {configMapRef: {name: c}}}}",
          "{" + OPEN + ", models: [{name: m}], nonsense: 1}");

  private static final List<String> ROUTES =
      List.of(
          "{" + RULE.formatted("p") + "}",
          "{models: [x], " + RULE.formatted("a/q") + "}",
          "{priority: 5, " + RULE.formatted("tidegate-system/p") + "}",
          "{workloads: {namespaceSelector: {matchLabels: {tier: gold}}}, "
              + RULE.formatted("p")
              + "}",
          "{workloads: {podSelector: {matchLabels: {track: canary}}}, " + RULE.formatted("q") + "}",
          "{prompt: {promptVersion: v, variables: {who: x}}, " + RULE.formatted("p") + "}",
          "{rules: [{name: all, targets: [{provider: p, model: m, weight: 0}]}]}",
          "{models: [x], nonsense: 1, " + RULE.formatted("p") + "}");

  private static final List<String> BUDGETS =
      List.of(
          "{limits: [{name: day, usd: '1', window: Day}]}",
          "{limits: [{name: hour, tokens: 7, window: Hour}]}",
          "{subject: {namespace: b}, limits: [{name: day, usd: '1', window: Day}]}",
          "{subject: {workload: app}, limits: [{name: day, requests: 1, window: Day}]}",
          "{limits: [{name: day, usd: '1'}]}",
          "{limits: [{name: day, usd: '1', window: Aeon}]}");

  private static final List<String> PROMPTS =
      List.of(
          "{prompt: p, version: v1, messages: [{role: system, content: 'Hi {{who}}'}],"
              + " variables: [{name: who}]}",
          "{prompt: p, version: v1, messages: [{role: system, content: 'Hi {{who}}'}]}",
          "{prompt: p, version: v1, nonsense: 1}");

  private static final List<String> PROFILES =
      List.of(
          "{}",
          "{unmatched: {action: PassThrough, providers: [p]}}",
          "{identity: [{field: tenant_id, sources: [PodLabel], allowedValues: [t1]}]}",
          "{identity: [{field: tenant_id, sources: [Namespace, ServiceAccount]}]}",
          "{nonsense: 1}");

  private static final List<Map<String, String>> LABELS =
      List.of(
          Map.of(),
          Map.of("tier", "gold"),
          Map.of("track", "canary", "tidegate.io/tenant-id", "t1"),
          Map.of("tidegate.io/profile", "tight", "track", "stable"),
          Map.of("tidegate.io/profile", "gone"));

  /** What may stand where; null content: nothing. */
  private record Place(int contents, BiConsumer<Cluster, Integer> put) {}

  private final List<Place> places = new ArrayList<>();
  private final Map<Integer, Integer> contents = new HashMap<>();
  private final Map<Integer, HasMetadata> objects = new HashMap<>();
  private long generation;

  /**
   * One step.
   *
   * @param place any number; taken modulo the number of places
   * @param content likewise; one of them is "nothing"
   */
  record Edit(int place, int content) {}

  EditedCluster() {
    for (String namespace : List.of(Cluster.OPERATOR, "a", "b")) {
      for (String name : List.of("p", "q")) {
        specs(ModelProvider.class, namespace, name, PROVIDERS);
        specs(ModelRoute.class, namespace, "r" + name, ROUTES);
        specs(TenantBudget.class, namespace, "t" + name, BUDGETS);
      }
      specs(PromptVersion.class, namespace, "v", PROMPTS);
      specs(SidecarProfile.class, namespace, "default", PROFILES);
      specs(SidecarProfile.class, namespace, "tight", PROFILES);
      labels((to, labels) -> to.namespace(namespace, labels));
      labels((to, labels) -> to.account(namespace, "default", labels));
      labels((to, labels) -> to.pod(namespace, namespace + "-1", labels));
      labels((to, labels) -> to.pod(namespace, namespace + "-2", labels));
      place(2, (to, content) -> to.secret(namespace, "key", content == 0 ? "apiKey" : "other"));
      place(
          2,
          (to, content) ->
              to.configMap(
                  namespace,
                  "c",
                  Map.of("ca.crt", content == 0 ? Certificates.PEM : "no certificate")));
      place(1, (to, _) -> to.grant(namespace));
    }
  }

  private void specs(
      Class<? extends HasMetadata> type, String namespace, String name, List<String> specs) {
    int place = places.size();
    place(
        specs.size(),
        (to, content) ->
            to.add(
                objects.computeIfAbsent(
                    place, any -> object(type, namespace, name, specs.get(content)))));
  }

  private HasMetadata object(
      Class<? extends HasMetadata> type, String namespace, String name, String spec) {
    return Serialization.unmarshal(
        "metadata: {namespace: %s, name: %s, generation: %d}%nspec: %s"
            .formatted(namespace, name, generation, spec),
        type);
  }

  private void labels(BiConsumer<Cluster, Map<String, String>> put) {
    place(LABELS.size(), (to, content) -> put.accept(to, LABELS.get(content)));
  }

  private void place(int contents, BiConsumer<Cluster, Integer> put) {
    places.add(new Place(contents, put));
  }

  /** An edit that changes nothing is what a new status of the object looks like. */
  void edit(Edit edit) {
    int place = Math.floorMod(edit.place(), places.size());
    int content = Math.floorMod(edit.content(), places.get(place).contents() + 1) - 1;
    objects.remove(place);
    if (content != contents.getOrDefault(place, -1)) {
      contents.put(place, content);
      generation++;
    }
  }

  ResourceView view() {
    Cluster cluster = new Cluster();
    contents.forEach(
        (place, content) -> {
          if (content >= 0) {
            places.get(place).put().accept(cluster, content);
          }
        });
    return cluster.view();
  }
}
