package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an API server does to a new pod before it stores it: ServiceAccount, defaults, and every
 * MutatingWebhookConfiguration that wants it, in order of their names.
 */
final class PodAdmission {
  private static final Logger LOG = LoggerFactory.getLogger(PodAdmission.class);

  /** A pod as admission leaves it, and the sentences that its creator shall read. */
  record Admitted(ObjectNode pod, List<String> warnings) {}

  private final ObjectStore store;
  private final ObjectMapper mapper;
  private final WebhookCaller caller;

  PodAdmission(ObjectStore store, ObjectMapper mapper, WebhookCaller caller) {
    this.store = store;
    this.mapper = mapper;
    this.caller = caller;
  }

  /**
   * Runs admission for a pod about to be created.
   *
   * @throws ApiRefusal when a webhook refuses it, or fails under failurePolicy Fail
   */
  Admitted admit(String namespace, ObjectNode pod) {
    ObjectNode admitted = pod;
    admitted.withObject("/metadata").put("namespace", namespace);
    serviceAccount(namespace, admitted);
    admitted.putObject("status").put("phase", "Pending");
    List<String> warnings = new ArrayList<>();
    ResourcePath all =
        new ResourcePath(
            "admissionregistration.k8s.io", "v1", "", "mutatingwebhookconfigurations", "", "");
    for (JsonNode configuration : store.list(all)) {
      for (JsonNode webhook : configuration.path("webhooks")) {
        if (wants(webhook, namespace, admitted)) {
          admitted = mutate(webhook, namespace, admitted, warnings);
        }
      }
    }
    return new Admitted(admitted, warnings);
  }

  private void serviceAccount(String namespace, ObjectNode pod) {
    ObjectNode spec = pod.withObject("/spec");
    String account = spec.path("serviceAccountName").asText("");
    if (account.isEmpty()) {
      account = "default";
      spec.put("serviceAccountName", account);
    }
    if (store.get(ResourcePath.core(namespace, "serviceaccounts", account)).isEmpty()) {
      throw ApiRefusal.forbidden(
          "pods \"%s\" is forbidden: error looking up service account %s/%s: serviceaccount \"%s\" not found"
              .formatted(pod.path("metadata").path("name").asText(), namespace, account, account));
    }
  }

  private boolean wants(JsonNode webhook, String namespace, ObjectNode pod) {
    JsonNode owner =
        store
            .get(ResourcePath.core("", "namespaces", namespace))
            .map(n -> n.path("metadata").path("labels"))
            .orElse(JsonNodeFactory.instance.objectNode());
    JsonNode labels = pod.path("metadata").path("labels");
    return rulesWantPods(webhook.path("rules"))
        && LabelSelection.matches(webhook.path("namespaceSelector"), owner)
        && LabelSelection.matches(webhook.path("objectSelector"), labels);
  }

  private static boolean rulesWantPods(JsonNode rules) {
    for (JsonNode rule : rules) {
      if (has(rule.path("operations"), "CREATE")
          && has(rule.path("apiGroups"), "")
          && has(rule.path("resources"), "pods")) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(JsonNode list, String wanted) {
    for (JsonNode item : list) {
      if (item.asText().equals(wanted) || item.asText().equals("*")) {
        return true;
      }
    }
    return false;
  }

  private ObjectNode mutate(
      JsonNode webhook, String namespace, ObjectNode pod, List<String> warnings) {
    String name = webhook.path("name").asText();
    try {
      JsonNode response = caller.call(webhook, review(namespace, pod));
      response.path("warnings").forEach(w -> warnings.add(w.asText()));
      if (!response.path("allowed").asBoolean()) {
        String why = response.path("status").path("message").asText("without explanation");
        throw ApiRefusal.forbidden("admission webhook \"" + name + "\" denied the request: " + why);
      }
      if (!response.path("patch").asText("").isEmpty()) {
        byte[] patch = Base64.getDecoder().decode(response.path("patch").asText());
        return (ObjectNode) JsonPatch.apply(mapper.readTree(patch), pod);
      }
      return pod;
    } catch (IOException e) {
      if (webhook.path("failurePolicy").asText("Fail").equals("Ignore")) {
        LOG.warn("webhook {} failed and is ignored, as it says: {}", name, e.getMessage());
        warnings.add("webhook " + name + " failed and was ignored: " + e.getMessage());
        return pod;
      }
      throw new ApiRefusal(
          500, "InternalError", "failed calling webhook \"" + name + "\": " + e.getMessage());
    }
  }

  private ObjectNode review(String namespace, ObjectNode pod) {
    ObjectNode review = mapper.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode request = review.putObject("request");
    request.put("uid", UUID.randomUUID().toString());
    request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
    request.putObject("resource").put("group", "").put("version", "v1").put("resource", "pods");
    request.put("name", pod.path("metadata").path("name").asText());
    request.put("namespace", namespace).put("operation", "CREATE").put("dryRun", false);
    request.putObject("userInfo").put("username", "system:serviceaccount:kube-system:workloads");
    request.set("object", pod.deepCopy());
    request.putNull("oldObject");
    return review;
  }
}
