package io.tidegate.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What one account asked of an API server, by the server's own audit log. */
record AuditLog(Path file) {
  /**
   * One request.
   *
   * @param resource with its subresource, as RBAC names it
   * @param namespace empty for what is in none, or in all
   * @param name empty where a collection was asked for
   */
  record Call(
      String verb, String group, String resource, String namespace, String name, int status) {
    /** Whether this rule of a role is what the call is granted by. */
    boolean needs(PolicyRule rule, String ruleVerb, String ruleNamespace) {
      List<String> names = rule.getResourceNames();
      return ruleVerb.equals(verb)
          && rule.getApiGroups().contains(group)
          && rule.getResources().contains(resource)
          && (ruleNamespace == null || ruleNamespace.equals(namespace))
          && (names.isEmpty() || names.contains(name));
    }
  }

  /** Writes the policy and returns the flags by which an API server logs this user's calls. */
  String[] flags(String user) throws IOException {
    Path policy = file.resolveSibling("audit-policy.yaml");
    Files.writeString(
        policy,
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
          - level: Metadata
            users: ["%s"]
          - level: None
        """
            .formatted(user));
    return new String[] {"--audit-policy-file=" + policy, "--audit-log-path=" + file};
  }

  List<Call> calls() {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.endsWith("}"))
          .map(line -> Serialization.unmarshal(line, JsonNode.class))
          .filter(event -> event.has("objectRef"))
          .map(AuditLog::call)
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Call call(JsonNode event) {
    JsonNode on = event.path("objectRef");
    String subresource = on.path("subresource").asText("");
    return new Call(
        event.path("verb").asText(),
        on.path("apiGroup").asText(""),
        on.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
        on.path("namespace").asText(""),
        on.path("name").asText(""),
        event.path("responseStatus").path("code").asInt());
  }
}
