package io.tidegate.operator.admit;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What injection did to a pod, derived from the pod as it came out, so that injecting it again says
 * the same. Its JSON is the annotation {@code tidegate.io/injection}.
 *
 * @param profile {@code namespace/name} of the SidecarProfile, or {@code built-in}
 * @param env by container: which of our variables it runs with
 * @param kept by container: which of them it keeps with a value of its own
 * @param bypassed calls of these containers may not be governed
 */
@JsonPropertyOrder({"profile", "image", "env", "kept", "bypassed", "cautions"})
public record InjectionReport(
    String profile,
    String image,
    SortedMap<String, List<String>> env,
    SortedMap<String, List<String>> kept,
    List<Bypass> bypassed,
    List<Note> cautions) {

  /** An annotation is bounded by the API server; beyond this many findings more say nothing new. */
  private static final int MOST_FINDINGS = 50;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  public InjectionReport {
    env = new TreeMap<>(env);
    kept = new TreeMap<>(kept);
    bypassed = bypassed.stream().limit(MOST_FINDINGS).toList();
    cautions = cautions.stream().limit(MOST_FINDINGS).toList();
  }

  /**
   * One way past the sidecar.
   *
   * @param detail names the variable, or the envFrom entry
   */
  public record Bypass(String container, BypassReason reason, String detail) {
    String sentence() {
      return "container " + container + ": " + detail + "; next: " + reason.nextStep();
    }
  }

  /**
   * A caution and what it is about.
   *
   * @param subject the container or field concerned
   */
  public record Note(Caution caution, String subject) {
    String sentence() {
      return subject + ": " + caution.sentence();
    }
  }

  /** For {@code kubectl}: one admission warning each. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    bypassed.forEach(b -> warnings.add(InjectionEvent.Bypassed + ": " + b.sentence()));
    cautions.forEach(c -> warnings.add(c.sentence()));
    return warnings;
  }

  /** As the pod has it, whoever wrote it there; null: it has none. */
  static String annotationOf(Pod pod) {
    return Optional.ofNullable(pod.getMetadata())
        .map(ObjectMeta::getAnnotations)
        .map(annotations -> annotations.get(InjectionNames.REPORT_ANNOTATION))
        .orElse(null);
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an injection report is always JSON", e);
    }
  }
}
