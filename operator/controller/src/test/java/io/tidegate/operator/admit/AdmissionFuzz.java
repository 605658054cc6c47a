package io.tidegate.operator.admit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.zjsonpatch.JsonPatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An admission review is answered, and the patch of the answer applies to its pod. A target of
 * Jazzer.
 */
public final class AdmissionFuzz {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AdmissionReviewer REVIEWER =
      new AdmissionReviewer(
          JSON,
          new InjectionPolicy(
              TestSettings.SETTINGS,
              name -> Map.of("tidegate.io/inject", "enabled"),
              (namespace, labels, _) -> InjectionProfile.builtIn()),
          new PodMutator(TestSettings.SETTINGS),
          new InjectionRecorder(
              new SimpleMeterRegistry(), (on, kind, message) -> {}, InstantSource.system()));

  private AdmissionFuzz() {}

  /** Reviews of the golden pods, as the API server sends them. */
  public static List<String> seeds() throws IOException {
    return List.of(
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1",
        "kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"n",
        "dryRun":false,"object":{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"p-",
        "labels":{"tidegate.io/inject":"enabled"},"annotations":{"tidegate.io/injection":"{}"}},
        "spec":{"serviceAccountName":"default","hostNetwork":false,"restartPolicy":"Never",
        "securityContext":{"runAsNonRoot":true},"containers":[{"name":"app","image":"a","env":
        [{"name":"OPENAI_BASE_URL","value":"x"},{"name":"HTTP_PROXY","valueFrom":{"fieldRef":
        {"fieldPath":"metadata.name"}}}],"envFrom":[{"configMapRef":{"name":"c"}}],"ports":
        [{"containerPort":4100}],"volumeMounts":[{"name":"v","mountPath":"/v"}]}],
        "initContainers":[{"name":"tidegate","image":"b","restartPolicy":"Always"}],
        "volumes":[{"name":"v","emptyDir":{}},{"name":"tidegate-token","projected":{"sources":
        [{"serviceAccountToken":{"path":"token"}}]}}]}}}}
        """);
  }

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    JsonNode review;
    try {
      review = JSON.readTree(input);
    } catch (IOException e) {
      return;
    }
    if (review == null || review.path("request").path("uid").asText("").isEmpty()) {
      return;
    }
    JsonNode response = REVIEWER.review(review).path("response");
    JsonNode object = review.path("request").path("object");
    Pod pod;
    try {
      pod = JSON.treeToValue(object, Pod.class);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return;
    }
    if (response.path("warnings").toString().contains("failure of its own") && isWhole(pod)) {
      throw new AssertionError("a pod was too much: " + object);
    }
    if (response.has("patch")) {
      ObjectNode before = JSON.valueToTree(pod);
      JsonPatch.apply(
          JSON.readTree(Base64.getDecoder().decode(response.path("patch").asText())), before);
    }
  }

  /** The API server sends no pod without these. */
  private static boolean isWhole(Pod pod) {
    return pod != null
        && pod.getMetadata() != null
        && pod.getSpec() != null
        && Stream.concat(
                pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
            .allMatch(AdmissionFuzz::isWhole);
  }

  private static boolean isWhole(Container container) {
    return container != null
        && container.getName() != null
        && container.getEnv().stream().allMatch(v -> v != null && v.getName() != null);
  }
}
