package io.tidegate.operator.admit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * AdmissionReview {@code admission.k8s.io/v1} in, AdmissionReview out
 * (kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers).
 *
 * <p>A failure in here admits the pod as it is and says so in a warning: whether an uninjected pod
 * may run is decided by a validating policy, not by our bugs.
 */
final class AdmissionReviewer {

  /** The API server refuses answers with longer warnings, counted together. */
  private static final int MOST_WARNING = 256;

  private static final int MOST_WARNINGS = 8;

  private static final String PLAIN_POD =
      """
      {"metadata": {"name": "rehearsal"},
       "spec": {"serviceAccountName": "default", "containers": [{"name": "app", "image": "app"}]}}
      """;

  private final ObjectMapper json;
  private final InjectionPolicy policy;
  private final PodMutator mutator;
  private final InjectionRecorder recorder;

  AdmissionReviewer(
      ObjectMapper json, InjectionPolicy policy, PodMutator mutator, InjectionRecorder recorder) {
    this.json = json;
    this.policy = policy;
    this.mutator = mutator;
    this.recorder = recorder;
  }

  /**
   * Goes once through what every injection needs, without a word to anybody. The API server gives
   * up after some seconds and lets the pod through as it is, and the first pod must not spend them
   * on the loading of classes.
   *
   * @return how many changes the patch of a plain pod has
   */
  int rehearse() throws JsonProcessingException {
    Pod pod = json.treeToValue(json.readTree(PLAIN_POD), Pod.class);
    return patch(pod, mutator.mutate(pod, InjectionProfile.builtIn()).pod()).size();
  }

  /**
   * @throws IllegalArgumentException if the review has no request with a uid, so no answer would
   *     fit it
   */
  JsonNode review(JsonNode review) {
    JsonNode request = review.path("request");
    String uid = request.path("uid").asText("");
    if (uid.isEmpty()) {
      throw new IllegalArgumentException("the body is no AdmissionReview: request.uid is missing");
    }
    ObjectNode answer = json.createObjectNode();
    answer.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    answer.set("response", respond(uid, request));
    return answer;
  }

  private ObjectNode respond(String uid, JsonNode request) {
    try {
      return decide(uid, request);
    } catch (JsonProcessingException | RuntimeException e) {
      String namespace = request.path("namespace").asText();
      recorder.failed(namespace, e);
      return warned(
          allowed(uid),
          List.of(
              "tidegate admitted the pod WITHOUT a sidecar after a failure of its own ("
                  + e.getClass().getSimpleName()
                  + "); next: read the log of deployment tidegate-operator"));
    }
  }

  private ObjectNode decide(String uid, JsonNode request) throws JsonProcessingException {
    if (!isPodCreation(request)) {
      return allowed(uid);
    }
    String namespace = request.path("namespace").asText();
    Pod pod = json.treeToValue(request.path("object"), Pod.class);
    AdmissionSubject subject =
        AdmissionSubject.of(namespace, pod, request.path("dryRun").asBoolean());
    return switch (policy.decide(namespace, pod)) {
      case InjectionDecision.Skip skip -> skipped(uid, skip);
      case InjectionDecision.Refuse refusal -> refused(uid, subject, refusal);
      case InjectionDecision.Inject(InjectionProfile profile) ->
          injected(uid, subject, pod, profile);
    };
  }

  private static boolean isPodCreation(JsonNode request) {
    return "CREATE".equals(request.path("operation").asText())
        && "Pod".equals(request.path("kind").path("kind").asText())
        && request.path("subResource").asText("").isEmpty();
  }

  private ObjectNode skipped(String uid, InjectionDecision.Skip skip) {
    recorder.skipped(skip.reason());
    ObjectNode response = allowed(uid);
    return skip.reason().surprising()
        ? warned(response, List.of("tidegate did not inject a sidecar: " + skip.sentence()))
        : response;
  }

  private ObjectNode refused(
      String uid, AdmissionSubject subject, InjectionDecision.Refuse refusal) {
    recorder.refused(subject, refusal);
    ObjectNode response = json.createObjectNode().put("uid", uid).put("allowed", false);
    response
        .putObject("status")
        .put("code", 403)
        .put("reason", "Forbidden")
        .put("message", refusal.message());
    return response;
  }

  private ObjectNode injected(
      String uid, AdmissionSubject subject, Pod pod, InjectionProfile profile) {
    PodMutator.Mutation mutation = mutator.mutate(pod, profile);
    JsonNode patch = patch(pod, mutation.pod());
    recorder.injected(subject, mutation, InjectionReport.annotationOf(pod));
    ObjectNode response = allowed(uid);
    if (!patch.isEmpty()) {
      byte[] bytes = patch.toString().getBytes(StandardCharsets.UTF_8);
      response.put("patchType", "JSONPatch");
      response.put("patch", Base64.getEncoder().encodeToString(bytes));
    }
    List<String> warnings = new ArrayList<>(mutation.report().warnings());
    mutation.replaced().forEach(note -> warnings.add(note.sentence()));
    return warned(response, warnings);
  }

  /**
   * Both sides go through the same model, so what the model writes differently from the request (an
   * empty list, say) is no difference.
   */
  private JsonNode patch(Pod before, Pod after) {
    return PodPatch.between(json.valueToTree(before), json.valueToTree(after));
  }

  private ObjectNode allowed(String uid) {
    return json.createObjectNode().put("uid", uid).put("allowed", true);
  }

  private static ObjectNode warned(ObjectNode response, List<String> warnings) {
    if (!warnings.isEmpty()) {
      ArrayNode array = response.putArray("warnings");
      warnings.stream()
          .limit(MOST_WARNINGS)
          .map(w -> w.length() > MOST_WARNING ? w.substring(0, MOST_WARNING) : w)
          .forEach(array::add);
    }
    return response;
  }
}
